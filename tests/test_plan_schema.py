"""docs/plan.schema.json: what `check --json` prints, for those who read it with a program."""

import json
from pathlib import Path

import jsonschema
import pytest
from support_plans import PLANS, stored

from parsers.plan_json import plan_json
from parsers.plan_schema import plan_schema

COMMITTED = Path(__file__).parent.parent / "docs/plan.schema.json"
NAMES = sorted(str(path.relative_to(PLANS).with_suffix("")) for path in PLANS.rglob("*.md"))


def test_the_committed_schema_is_the_generated_one() -> None:
    """When this fails: `make schema`, and look at the difference before committing it."""
    assert plan_schema() == json.loads(COMMITTED.read_text())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_is_valid(name: str) -> None:
    value = json.loads(json.dumps(plan_json(stored(name))))

    assert [] == list(jsonschema.Draft202012Validator(json.loads(COMMITTED.read_text())).iter_errors(value))


def test_a_key_too_much_is_not_valid() -> None:
    value = plan_json(stored("terse"))
    with pytest.raises(jsonschema.ValidationError, match="Additional properties"):
        jsonschema.validate(json.loads(json.dumps(value | {"extra": 1})), plan_schema())


def test_paths_are_printed_as_written_and_as_resolved() -> None:
    from support_plans import phase_text, plan_of

    (phase,) = plan_json(plan_of(phase_text("**Files to modify:** `/lib/./a.rs:1-2`")))["phases"]

    assert ["/lib/./a.rs"] == phase["files"]["modify"]
    assert ["lib/a.rs"] == phase["files_resolved"]["modify"]
