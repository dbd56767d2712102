"""Order from a mermaid flowchart, where no phase has a dependency field (survey 5)."""

import pytest
from support_plans import found, plan_of

from parsers.dependencies import Known
from parsers.fields import Line
from parsers.flowchart import dependencies_from_flowchart

PHASES = "".join(f"### Phase {i}: P{i}\n\nText.\n\n" for i in (1, 2, 3, 4, "4.5"))

CHARTS = {
    "names": ("P1 --> P2\nP1-->P3\nP2 & P3 --> P4 --> P45", {"2": "1", "3": "1", "4": "2 3", "4.5": "4"}),
    "labels": (
        'A["Phase 1: Read"] --> B[Phase 2: Count]\nB -->|then| C(Phase 3)\nC -- at last --> D{{4: Report}}\n'
        "D -.-> E([Phase 4.5])",
        {"2": "1", "3": "2", "4": "3", "4.5": "4"},
    ),
    "milestones": (
        "Start --> P1\nP1 --> M((Built)) --> P2\nM ==> P3; P3 --> P4\nP4.5:::late --> Done",
        {"2": "1", "3": "1", "4": "3"},
    ),
    "subgraphs": (
        "subgraph first [The ground]\n  direction LR\n  P1\n  P2\nend\nsubgraph second\nP3\nP4\nend\n"
        "first --> second\nP4 --> P4_5\nstyle P1 fill:#fff",
        {"3": "1 2", "4": "1 2", "4.5": "4"},
    ),
    "numbers": (
        "1 --> 2 --> 3\n%% 3 --> 1\n2 --> 4\n3 --- 4\n4 --> phase-4.5",
        {"2": "1", "3": "2", "4": "2", "4.5": "4"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", CHARTS)
def test_a_flowchart_gives_the_order(form: str) -> None:
    chart, expected = CHARTS[form]
    plan = plan_of(f"# A\n\n## Dependency Graph\n\n```mermaid\nflowchart TD\n{chart}\n```\n\n## Phases\n\n{PHASES}")

    assert expected == {phase.id: " ".join(phase.depends_on) for phase in plan.phases if phase.depends_on}
    (note,) = found(plan, "inferred-dependencies")
    assert note.message == "no phase has a dependency field; dependencies were read from the flowchart"


@pytest.mark.parametrize(
    "chart",
    [
        "flowchart LR\nP1 --> P2 --> P3 --> P4",
        "flowchart LR\nP1 --> P2 --> P3 --> P4 --> P4.5 --> P1",
        "flowchart LR\nP1\nP2\nP3\nP4\nP4.5",
        "sequenceDiagram\nP1 --> P2\nP2 --> P3\nP3 --> P4\nP4 --> P4.5",
    ],
    ids=["a phase is missing", "a circle", "no arrow", "another diagram"],
)
def test_what_is_no_order_of_all_phases_is_left_alone(chart: str) -> None:
    plan = plan_of(f"# A\n\n{PHASES}\n## Graph\n\n```mermaid\n{chart}\n```\n")

    assert 1 == len(found(plan, "document-order"))
    assert plan.is_executable


def test_a_field_wins_over_the_flowchart() -> None:
    text = "### Phase 1: A\n\n**Dependencies:** None\n\n### Phase 2: B\n\n**Dependencies:** None\n\n"
    plan = plan_of(text + "## Graph\n\n```mermaid\ngraph TD\nP1 --> P2\n```\n")

    assert [(), ()] == [phase.depends_on for phase in plan.phases]


@pytest.mark.parametrize(
    "line",
    [
        "-" * 4000,
        "-- " * 1300,
        "a" * 4000,
        "a[" * 2000,
        'a["' * 1300,
        "a & " * 1000,
        "= " * 2000,
        "-." * 2000,
        "a-" * 2000,
    ],
)
def test_a_strange_line_holds_nothing_up(line: str) -> None:
    lines = [Line(i, "code", text, info="mermaid") for i, text in enumerate(["graph TD", *[line] * 250], 1)]

    assert {} == dependencies_from_flowchart(lines, Known(["1"]))


def test_a_diagram_that_never_ends_is_no_order() -> None:
    ids = [str(i) for i in range(1, 1201)]
    inside = [f"P{i}" for i in ids]
    text = ["graph TD", "subgraph a", *inside[:600], "end", "subgraph b", *inside[600:], "end", "a --> b"]
    lines = [Line(i, "code", line, info="mermaid") for i, line in enumerate(text, 1)]

    assert {} == dependencies_from_flowchart(lines, Known(ids))
