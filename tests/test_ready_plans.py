"""Which plans of `.ai/plans` wait to be run."""

from pathlib import Path

import pytest
from support_plans import phase_text

from parsers.ready_plans import ready_plans
from phasewright.plan_template import PLAN

READY = "# Counting\n\n**Status:** Reviewed - Ready for Implementation\n"
BODY = phase_text("**Dependencies:** None").removeprefix("# Counting\n")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    folder = tmp_path / ".ai/plans"
    folder.mkdir(parents=True)
    (folder / "2026-02-01.a.md").write_text(READY + BODY)
    return folder


def test_a_ready_plan_waits_and_a_draft_does_not(plans: Path) -> None:
    (plans / "2026-02-01.b.md").write_text((READY + BODY).replace("Reviewed - Ready for Implementation", "Draft"))

    assert ((plans / "2026-02-01.a.md",), {}) == ready_plans(plans.parent.parent)


def test_the_template_is_no_plan_until_it_is_edited(plans: Path) -> None:
    (plans / "2026-02-01.my-plan.md").write_text(PLAN)
    assert ["2026-02-01.a.md"] == [plan.name for plan in ready_plans(plans.parent.parent).plans]

    (plans / "2026-02-01.my-plan.md").write_text(PLAN.replace("My plan", "Our plan"))
    assert ["2026-02-01.a.md", "2026-02-01.my-plan.md"] == [
        plan.name for plan in ready_plans(plans.parent.parent).plans
    ]


def test_a_ready_plan_with_an_error_is_named(plans: Path) -> None:
    (plans / "2026-02-01.c.md").write_text((READY + BODY).replace("None", "Phase 9"))
    ready = ready_plans(plans.parent.parent)

    assert ["2026-02-01.a.md"] == [plan.name for plan in ready.plans]
    (why,) = ready.refused.values()
    assert why.startswith("2026-02-01.c.md:7:") and "error[unknown-dependency]" in why


def test_a_file_that_cannot_be_read_does_not_hide_the_others(plans: Path) -> None:
    (plans / "2026-02-01.0.md").symlink_to("nowhere")
    (plans / "2026-02-01.1.md").mkdir()
    ready = ready_plans(plans.parent.parent)

    assert ["2026-02-01.a.md"] == [plan.name for plan in ready.plans]
    assert ["2026-02-01.0.md", "2026-02-01.1.md"] == [path.name for path in ready.refused]
