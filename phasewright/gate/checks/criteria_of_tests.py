"""Acceptance criteria about tests: how many there are, and that those which are named run and pass."""

import re
from collections.abc import Collection

from phasewright.gate.evidence import GateFacts
from phasewright.gate.moved import moved_tests
from phasewright.gate.selection import Selection, select
from phasewright.gate.selection_text import NotASelection, read_command
from phasewright.gate.written_tests import written_test
from phasewright.plan import CriterionCheck, PhaseKind
from phasewright.result import NOT_CHECKED
from phasewright.toolchain.outcomes import OK, PASSED, QUIET, Identity

Answer = tuple[bool | None, str]
"""Whether a criterion is met, None where it is open, and what shows it."""
_NONE = "no test is selected"
_MENDS_TESTS = re.compile(
    r"\b(failing|red|broken) tests?\b|\btests? (pass|green)\b|\bfix\w* (the )?tests?\b", re.IGNORECASE
)
"""What the phase is for: there what failed at base is what was to be mended."""


def ask_count(facts: GateFacts, check: CriterionCheck, *, only_new: bool) -> Answer:
    if not facts.comparable or check.at_least is None:
        return None, "the tests did not run"
    if facts.phase.kind == PhaseKind.DESIGN:
        return None, NOT_CHECKED
    outcomes = facts.after.tests.outcomes
    passing = {test for test, outcome in outcomes.items() if outcome in PASSED}
    if check.argv:
        try:
            crates = facts.after.workspace.names() if facts.after.workspace else frozenset()
            passing &= set(select(read_command(" ".join(check.argv)), outcomes, crates).tests)
        except NotASelection:
            return None, NOT_CHECKED
        where = f"that `{' '.join(check.argv)}` selects"
    else:
        # "At least 5 tests" is about this phase's work: its new tests, and those in the files that it changed.
        mine = {t for t in passing if t not in facts.before.tests.outcomes}
        if only_new:
            passing, where = _different(facts, mine), "that are new and differ"
        else:
            mine |= {t for t in passing if facts.after.tests.path_of(t) in facts.change.changed}
            passing, where = mine, "in the phase's files"
    return len(passing) >= check.at_least, f"{len(passing)} passing tests {where}, {check.at_least} wanted"


def _different(facts: GateFacts, new: Collection[str]) -> set[str]:
    """Return the *new* tests without those that moved here, and one of each that are written alike."""
    moved = set(
        moved_tests(facts, [t for t in facts.before.tests.outcomes if t not in facts.after.tests.outcomes]).values()
    )
    bodies: dict[object, str] = {}
    for test in sorted(set(new) - moved):
        one = written_test(facts, test, after=True)
        bodies.setdefault((one.body, one.attributes, one.cfg) if one is not None else test, test)
    return set(bodies.values())


def ask_tests(facts: GateFacts, argv: tuple[str, ...]) -> Answer:
    """Return whether the tests that a command selects run and pass; what failed at base already leaves it open."""
    if not facts.comparable:
        return False, "the tests do not build"
    try:
        selection = read_command(" ".join(argv))
    except NotASelection:
        return None, NOT_CHECKED
    chosen = _chosen(facts, selection)
    now = facts.after.tests.outcomes
    failing = [test for test in chosen if now[test] not in QUIET]
    if failing:
        return _of_failing(facts, failing, selection)
    ran = sum(1 for test in chosen if now[test] in PASSED)
    if chosen and not ran and selection.patterns:
        return False, f"every selected test is ignored, the first is {chosen[0]}"
    if chosen:
        return True, "1 test ran" if ran == 1 else f"{ran} tests ran"
    asks_for_a_kind = selection.targets and not any(name for _, name in selection.targets)
    return (True, "there are none to run") if asks_for_a_kind and not selection.patterns else (False, _NONE)


def _chosen(facts: GateFacts, selection: Selection) -> tuple[str, ...]:
    tests = facts.after.tests.outcomes
    crates = facts.after.workspace.names() if facts.after.workspace else frozenset()
    chosen = select(selection, tests, crates).tests
    if chosen or len(selection.patterns) != 1:
        return chosen
    # "Test `cli` passes" may mean all of tests/cli.rs.
    identities = {test: Identity.read(test) for test in tests}
    return tuple(t for t, one in identities.items() if one.kind == "test" and one.target == selection.patterns[0])


def _of_failing(facts: GateFacts, failing: list[str], selection: Selection) -> Answer:
    was = facts.before.tests.outcomes
    # Who names one test asks for that test, whatever it did before.
    new = [t for t in failing if was.get(t) in (OK, None) or _is_named(Identity.read(t).test, selection.patterns)]
    if new:
        return False, f"{_count(new)}, the first is {new[0]}"
    mends = _MENDS_TESTS.search(aim(facts)) is not None
    return (False if mends else None), f"{_count(failing)} as at base, the first is {failing[0]}"


def _count(failing: list[str]) -> str:
    return "1 test fails" if len(failing) == 1 else f"{len(failing)} tests fail"


def ask_suite(facts: GateFacts) -> Answer:
    """ "All tests pass": of a repository without tests it says nothing."""
    met, said = ask_tests(facts, ("cargo", "test"))
    return (met, said) if facts.after.tests.outcomes or not facts.comparable else (None, "there are no tests")


def _is_named(test: str, patterns: tuple[str, ...]) -> bool:
    return any(f"::{test}".endswith(f"::{pattern}") for pattern in patterns)


def aim(facts: GateFacts) -> str:
    """Return what the phase is for: its name and goal."""
    return f"{facts.phase.name} {facts.phase.goal or ''}"
