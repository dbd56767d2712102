"""Parallel groups in every form that plans use (survey 5)."""

import pytest
from support_plans import found, place, plan_of

PHASES = "".join(f"### Phase {i}: P{i}\n\n**Dependencies:** None\n\n" for i in range(1, 6))

FORMS = {
    "table": ("| Parallel Group | Phases | Reason |\n|---|---|---|\n| A | Phase 1, Phase 2 | x |\n| B | 3, 4 | x |\n| C | 5 | x |\n", [("1", "2"), ("3", "4"), ("5",)]),  # noqa: E501
    "table with starts": ("| Group | Phases | Can Start After |\n|---|---|---|\n| A | 1, 2 | - |\n| B | 3 | Group A |\n", [("1", "2"), ("3",)]),  # noqa: E501
    "arrows in a cell": ("| Group | Phases |\n|---|---|\n| A | Phase 1 → Phase 2 |\n", [("1",), ("2",)]),
    "remark in a cell": ("| Group | Phases |\n|---|---|\n| A | Phase 1, Phase 2 (partial) |\n", [("1", "2")]),
    "fence": ("```\nParallel Group A: Phases 1, 2, 5 (x, 3 things)\nSequential: Phase 3 after the rest\nFinal: Phase 4\n```\n", [("1", "2", "5"), ("3",), ("4",)]),  # noqa: E501
    "timeline": ("```\nGroup A: ████ (Phase 1 + Phase 3 in parallel)\nGroup B:    └──██ (Phase 2)\n```\n", [("1", "3"), ("2",)]),  # noqa: E501
    "waves": ("**Wave 1:** Phases 1, 2, 3\n**Wave 2:** Phase 4\n", [("1", "2", "3"), ("4",)]),
    "lists": ("**Group A (Parallel):**\n- Phase 1: x\n- Phase 2: y\n\n**Group B:**\n- Phase 3\n", [("1", "2"), ("3",)]),
    "sentences": ("- Phases 1 & 2 can run in parallel (independent)\n- Phases 4 & 5 can run in parallel after Phase 3\n", [("1", "2"), ("3",), ("4", "5")]),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_groups_are_read(form: str) -> None:
    text, groups = FORMS[form]
    plan = plan_of(f"# A\n\n{PHASES}\n## Parallelization Opportunities\n\n{text}")

    assert groups == list(plan.parallel_groups)


def test_the_field_wins_over_the_group() -> None:
    text = "### Phase 1: A\n\n**Dependencies:** None\n\n### Phase 2: B\n\n**Dependencies:** Phase 1\n\n"
    plan = plan_of(text + "## Parallelization\n\n| Group | Phases |\n|---|---|\n| A | 1, 2, 9 |\n")

    assert ("1",) == plan.phases[1].depends_on
    assert [13] == [note.span.line for note in found(plan, "group-conflict")]
    assert ["a group names phase 9, which the plan does not define"] == [
        note.message for note in found(plan, "unknown-group-member")
    ]


def test_a_parallel_hint_may_contradict_the_field() -> None:
    text = "### Phase 7: A\n**Deps:** None\n\n### Phase 8: B\n**Deps:** Phase 7 | **Parallel:** Yes (with Phase 7)\n"

    assert [(5, 35)] == [place(note) for note in found(plan_of(text), "group-conflict")]
    assert [] == found(plan_of(text.replace("Yes", "No")), "group-conflict")


def test_groups_give_the_order_where_no_phase_has_a_field() -> None:
    phases = "".join(f"### Phase {i}: P{i}\n\n" for i in range(1, 4))
    plan = plan_of(phases + "## Parallelization\n\n| Group | Phases |\n|---|---|\n| A | 1, 2 |\n| B | 3 |\n")

    assert [(), (), ("1", "2")] == [phase.depends_on for phase in plan.phases]
    assert 1 == len(found(plan, "inferred-dependencies"))
