"""New tests that no build has are named; those that the plan gives a condition are not."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.absent import check_absent
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.toolchain.outcomes import TestOutcomes

NOWHERE = '#![cfg(target_os = "none")]\n\n#[test]\nfn slugs() {\n    assert!(a::slug());\n}\n'


def said(text: str, *, plan: str = "Slugs, with tests.", path: str = "tests/slug.rs", ran: bool = False) -> list[str]:
    change = Change(
        base={}, head={path: Entry("100644", "b")}, changed=frozenset([path]), contents={"b": text.encode()}
    )
    test = "a/test/slug::slugs"
    tests = TestOutcomes(outcomes={test: "ok"}, places={test: f"{path}:4"}) if ran else TestOutcomes()
    facts = GateFacts(
        phase=phase_of().model_copy(update={"text": plan}),
        change=change,
        before=SideFacts(digest="0", built=True),
        after=SideFacts(digest="1", built=True, tests=tests, compiled=(path,)),
    )
    return [f"{one.code}:{one.line}" for one in check_absent(facts)]


@pytest.mark.parametrize(
    "text",
    [
        NOWHERE,
        NOWHERE.replace('target_os = "none"', "not(debug_assertions)"),
        NOWHERE.replace("#![cfg", "#[cfg").replace("#[test]\nfn slugs() {", "mod tests {\n#[test]\nfn slugs() {")
        + "}\n",
    ],
)
def test_new_tests_that_no_build_has_are_told(text: str) -> None:
    assert [one.partition(":")[0] for one in said(text)] == ["gate-added"]


def test_what_runs_or_has_a_condition_of_the_plan_or_of_nobody_is_left_alone() -> None:
    assert said(NOWHERE, ran=True) == []
    assert said(NOWHERE, plan="Slugs where there is no system (`none`).") == []
    assert said(NOWHERE, plan="") == []
    assert said(NOWHERE, path="tests/ui/slug.rs") == []
    assert said("#[test]\nfn slugs() {}\n") == []
