"""docs/plans.md: its example is clean, and what it says of criteria and dependencies is true."""

import re
from pathlib import Path

import pytest
from support_plans import plan_of

from parsers.criterion_check import read_check
from parsers.dependencies import Known, read_dependencies
from parsers.dialects.labels import key_of
from phasewright.plan import Severity

PAGE = (Path(__file__).parent.parent / "docs/plans.md").read_text()
(EXAMPLE,) = re.findall(r"^````markdown\n(.*?)^````$", PAGE, re.M | re.S)
FIELDS = re.findall(r"^\| [\w' ]+ \| (.*) \|$", PAGE.split("## Fields")[1].split("## Dependencies")[0], re.M)


def test_the_example_is_clean() -> None:
    plan = plan_of(EXAMPLE)

    assert [] == [diagnostic for diagnostic in plan.diagnostics if diagnostic.severity != Severity.INFO]
    assert 1200 == plan.phases[0].timeout_seconds
    assert ["unicode-segmentation"] == [crate.name for crate in plan.phases[0].crate_dependencies]


@pytest.mark.parametrize("form", re.findall(r"^- (`` .*)$", PAGE, re.M))
def test_the_forms_of_criteria_are_checked_by_programs(form: str) -> None:
    criterion = re.sub(r"^`` (.*?) ``.*$", r"\1", form)

    assert read_check(criterion) is not None


def test_the_names_of_fields_mean_something() -> None:
    names = [name for row in FIELDS for name in re.findall(r"`([A-Z][\w /]+)`", row)]

    assert len(names) > 25
    assert [] == [name for name in names if key_of(name) is None]


def test_the_forms_of_dependencies_are_read() -> None:
    known = Known(["1", "2", "3", "4", "4.5", "5", "7a", "7b", "7c", "8"])
    said = PAGE.split("names phases: ")[1].split(";")[0]
    read = [read_dependencies(form, "8", known) for form in re.findall(r"`([^`]+)`", said)]

    assert [1, 2, 6, 2, 3, 9] == [len(one.ids) for one in read]
    assert all(not one.unknown for one in read)
