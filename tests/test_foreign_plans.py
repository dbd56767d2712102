"""Plans of other tools: those that can be read, and those that are refused by name."""

from dataclasses import dataclass

import pytest
from support_plans import found, stored

from phasewright.plan import PhaseState


@dataclass(frozen=True)
class Readable:
    """A plan in tests/plans/foreign: its tool, its phases' names, upstreams, what it makes."""

    id: str
    tool: str | None
    names: tuple[str, ...]
    files: tuple[tuple[str, ...], ...]
    criteria: tuple[int, ...]
    deliverables: tuple[int, ...]


READABLE = [
    Readable(
        "spec_kit",
        "spec-kit",
        (
            "Setup (Shared Infrastructure)",
            "Foundational (Blocking Prerequisites)",
            "User Story 1 - Count words (Priority: P1) 🎯 MVP",
        ),
        ((), ("src/counter.rs",), ("tests/count.rs", "src/lib.rs")),
        (0, 0, 1),
        (2, 1, 2),
    ),
    Readable(
        "openspec", "OpenSpec", ("Type Definitions", "Graph"), (("src/types.rs",), ("src/graph.rs",)), (0, 0), (2, 2)
    ),
    Readable(
        "kiro",
        "Kiro",
        ("Set up the crate", "Count words", "Checkpoint - Ensure all tests pass"),
        ((), ("src/count.rs",), ()),
        (0, 0, 0),
        (1, 2, 0),
    ),
    Readable(
        "superpowers",
        "superpowers",
        ("Counter", "Report"),
        (("src/count.rs", "src/lib.rs", "tests/count.rs"), ("src/report.rs",)),
        (0, 0),
        (0, 0),
    ),
    Readable("humanlayer", "HumanLayer create_plan", ("Counter", "Report"), (("src/lib.rs",), ()), (3, 1), (0, 0)),
    Readable("gsd_roadmap", None, ("Counter", "Report"), ((), ()), (2, 1), (0, 0)),
    Readable("stage_plan", None, ("Counting", "Printing"), ((), ()), (1, 1), (0, 0)),
    Readable("conductor", None, ("Counting", "Printing"), ((), ()), (0, 0), (3, 1)),
]


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.id)
def test_a_plan_of_another_tool_is_read(case: Readable) -> None:
    plan = stored(f"foreign/{case.id}")

    assert plan.is_executable
    assert case.names == tuple(phase.name for phase in plan.phases)
    assert case.files == tuple(phase.files.paths() for phase in plan.phases)
    assert case.criteria == tuple(len(phase.acceptance_criteria) for phase in plan.phases)
    assert case.deliverables == tuple(len(phase.deliverables) for phase in plan.phases)
    notes = [d.message for d in found(plan, "foreign-plan")]
    assert [f"this is a plan for {case.tool}; it was read as {len(case.names)} phases"] * bool(case.tool) == notes


def test_they_run_in_the_order_written_where_nothing_else_is_said() -> None:
    assert [(), ("1",), ("2",)] == [phase.runs_after for phase in stored("foreign/kiro").phases]
    assert [(), ("1",)] == [phase.depends_on for phase in stored("foreign/gsd_roadmap").phases]


@pytest.mark.parametrize("name", ["openspec", "kiro", "stage_plan", "conductor"])
def test_what_they_mark_as_done_is_not_done_again(name: str) -> None:
    first, second, *_ = stored(f"foreign/{name}").phases

    assert (PhaseState.COMPLETE, PhaseState.PENDING) == (first.state, second.state)


@pytest.mark.parametrize(("name", "cause"), [
    ("bmad_story.md", "BMAD story"), ("gsd_plan.md", "GSD plan"), ("cursor.md", "Cursor plan"),
    ("exec_plan.md", "ExecPlan"), ("task_master.json", "task-master"),
])  # fmt: skip
def test_what_cannot_be_run_is_refused_by_name(name: str, cause: str) -> None:
    from support_plans import PLANS

    from parsers.read_plan import read_plan

    plan = read_plan(PLANS / "foreign" / name)

    assert ["foreign-format"] == [d.code for d in plan.diagnostics]
    assert cause in plan.diagnostics[0].message
    assert "Phase N" in plan.diagnostics[0].hint
