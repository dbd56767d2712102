"""Acceptance criteria: each has a witness, or is said to be not machine-checked. An agent's word is none."""

from collections.abc import Iterator

from phasewright.gate.cargo_answers import CargoAnswer, goes_beyond
from phasewright.gate.change import normal_path
from phasewright.gate.checks.style import check_style
from phasewright.gate.codes import Weight, finding, weight_of
from phasewright.gate.evidence import GateFacts
from phasewright.gate.readers import READERS, Files, answer
from phasewright.gate.selection import select
from phasewright.gate.selection_text import NotASelection, read_command
from phasewright.plan import Criterion, CriterionCheck
from phasewright.result import CriterionWitness, Finding
from phasewright.toolchain.outcomes import OK, PASSED, QUIET, Identity

_NOT_CHECKED = "not machine-checked"


def check_criteria(facts: GateFacts) -> Iterator[Finding]:
    """Yield the criteria that are not met."""
    for witness in witnesses(facts):
        if witness.met is False:
            yield finding("criterion-failed", f"criterion not met: {witness.text}: {witness.witness}")


def witnesses(facts: GateFacts) -> tuple[CriterionWitness, ...]:
    """Return each acceptance criterion with what shows that it is met, in the plan's order."""
    return tuple(_witness(facts, criterion) for criterion in facts.phase.acceptance_criteria)


def _witness(facts: GateFacts, criterion: Criterion) -> CriterionWitness:
    met, witness = (None, _NOT_CHECKED) if criterion.check is None else _ask(facts, criterion.check)
    return CriterionWitness(text=criterion.text, met=met, witness=witness)


def _ask(facts: GateFacts, check: CriterionCheck) -> tuple[bool | None, str]:
    if (asked := facts.asked.to(check.argv)) is not None:
        return _say(asked)
    if check.kind == "all-tests" and not check.argv:
        return _ask_suite(facts)
    if check.kind in ("file-exists", "file-missing"):
        return _ask_file(facts, check)
    if goes_beyond(check.argv, facts.change.manifests(after=True)) and check.kind != "test-count":
        return None, _NOT_CHECKED
    if check.kind == "test-count":
        return _ask_count(facts, check)
    if check.kind == "all-tests":
        return _ask_tests(facts, check.argv)
    if check.argv[:1] == ("cargo",):
        return _ask_cargo(facts, check)
    if check.argv[0] in READERS:
        return _ask_reader(facts, check)
    return None, _NOT_CHECKED


def _say(asked: CargoAnswer) -> tuple[bool | None, str]:
    command = " ".join(asked.argv)
    if asked.outcome == "ok":
        return True, f"`{command}` succeeds"
    old = ", as at base" if asked.outcome == "failed-before" else ""
    said = f": {asked.said}" if asked.said else ""
    return None if old else False, f"`{command}` fails{old}{said}"


def _ask_file(facts: GateFacts, check: CriterionCheck) -> tuple[bool, str]:
    path = normal_path(check.path or "")
    there = path in facts.change.head or any(p.startswith(f"{path.rstrip('/')}/") for p in facts.change.head)
    if check.kind == "file-missing":
        return not there, f"{path} is {'still there' if there else 'gone'}"
    if not there:
        return False, f"{path} does not exist"
    lines = len((facts.change.after(path) or b"").splitlines())
    if check.at_least is not None and lines < check.at_least:
        return False, f"{path} has {lines} lines, not {check.at_least}"
    return True, f"{path} exists" + (f" ({lines} lines)" if check.at_least is not None else "")


def _ask_count(facts: GateFacts, check: CriterionCheck) -> tuple[bool | None, str]:
    if not facts.comparable or check.at_least is None:
        return None, "the tests did not run"
    outcomes = facts.after.tests.outcomes
    passing = {test for test, outcome in outcomes.items() if outcome in PASSED}
    if check.argv:
        try:
            crates = facts.after.workspace.names() if facts.after.workspace else frozenset()
            passing &= set(select(read_command(" ".join(check.argv)), outcomes, crates).tests)
        except NotASelection:
            return None, _NOT_CHECKED
        where = f"that `{' '.join(check.argv)}` selects"
    else:
        # "At least 5 tests" is about this phase's work: its new tests, and those in the files that it changed.
        mine = {t for t in passing if t not in facts.before.tests.outcomes}
        mine |= {t for t in passing if facts.after.tests.path_of(t) in facts.change.changed}
        passing, where = mine, "in the phase's files"
    return len(passing) >= check.at_least, f"{len(passing)} passing tests {where}, {check.at_least} wanted"


def _ask_tests(facts: GateFacts, argv: tuple[str, ...]) -> tuple[bool | None, str]:
    """Failures that base had already are not charged."""
    if not facts.comparable:
        return False, "the tests do not build"
    try:
        selection = read_command(" ".join(argv))
    except NotASelection:
        return None, _NOT_CHECKED
    crates = facts.after.workspace.names() if facts.after.workspace else frozenset()
    chosen = select(selection, facts.after.tests.outcomes, crates).tests
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    failing = [test for test in chosen if now[test] not in QUIET]
    # Who names one test asks for that test, whatever it did before.
    new_failures = [
        t for t in failing if was.get(t) in (OK, None) or _is_named(Identity.read(t).test, selection.patterns)
    ]
    if new_failures:
        return False, f"{len(new_failures)} tests fail, the first is {new_failures[0]}"
    ran = sum(1 for test in chosen if now[test] in PASSED)
    if chosen and not ran and selection.patterns:
        return False, f"every selected test is ignored, the first is {chosen[0]}"
    return (True, "1 test ran" if ran == 1 else f"{ran} tests ran") if chosen else (False, "no test is selected")


def _ask_suite(facts: GateFacts) -> tuple[bool | None, str]:
    """ "All tests pass": of a repository without tests it says nothing."""
    met, said = _ask_tests(facts, ("cargo", "test"))
    return (met, said) if facts.after.tests.outcomes or not facts.comparable else (None, "there are no tests")


def _is_named(test: str, patterns: tuple[str, ...]) -> bool:
    return any(f"::{test}".endswith(f"::{pattern}") for pattern in patterns)


def _ask_cargo(facts: GateFacts, check: CriterionCheck) -> tuple[bool | None, str]:
    verb = check.argv[1] if len(check.argv) > 1 else ""
    if verb in ("test", "t", "nextest") and "--no-run" not in check.argv:
        return _ask_tests(facts, check.argv)
    if verb in ("build", "check", "test", "b", "c"):
        return facts.after.built, "the workspace and its tests build" if facts.after.built else "it does not build"
    if verb in ("clippy", "fmt"):
        wanted = "lint" if verb == "clippy" else "format"
        bad = [f for f in check_style(facts) if f.check == wanted and weight_of(f) is not Weight.NONE]
        return not bad, bad[0].message if bad else f"nothing new from cargo {verb}"
    return None, _NOT_CHECKED


def _ask_reader(facts: GateFacts, check: CriterionCheck) -> tuple[bool | None, str]:
    change = facts.change
    contents = {path: change.contents[e.blob] for path, e in change.head.items() if e.blob in change.contents}
    said = answer(check.argv, Files(paths=frozenset(change.head), contents=contents))
    command = " ".join(check.argv)
    if said is None:
        return None, _NOT_CHECKED
    if check.expect == "no-output":
        return not said.has_output, f"`{command}` {'finds something' if said.has_output else 'finds nothing'}"
    return said.succeeds, f"`{command}` {'succeeds' if said.succeeds else 'fails'}"
