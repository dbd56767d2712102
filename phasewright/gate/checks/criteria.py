"""Acceptance criteria: each has a witness, or is said to be not machine-checked. An agent's word is none."""

import re
from collections.abc import Collection, Iterator

from phasewright.gate.cargo_answers import CargoAnswer, goes_beyond, runs_a_program
from phasewright.gate.change import normal_path
from phasewright.gate.checks.style import check_style
from phasewright.gate.codes import Weight, finding, weight_of
from phasewright.gate.evidence import GateFacts
from phasewright.gate.moved import moved_tests
from phasewright.gate.readers import READERS, Files, answer
from phasewright.gate.selection import select
from phasewright.gate.selection_text import NotASelection, read_command
from phasewright.gate.written_tests import written_test
from phasewright.plan import Criterion, CriterionCheck, PhaseKind
from phasewright.result import NOT_CHECKED, CriterionWitness, Finding
from phasewright.toolchain.outcomes import OK, PASSED, QUIET, Identity

_TELLS = re.compile(r"`[^`]*`\s+(shows?|displays?|prints?|outputs?|lists?)\b", re.IGNORECASE)
_PART_OF_HELP = re.compile(
    r"(?<=[\s(])`(--?[a-z][\w-]*|[a-z][\w-]*(?=`(?:,? (?:and )?`[a-z][\w-]*`)* (?:sub)?(?:commands?|options?|flags?)))`"
)
"""What a help is said to show, as far as its name must occur in it."""
_PRINTED = re.compile(r"^\W*cargo run[^`]*`\s+(?:prints|outputs)\s+(?:exactly\s+)?`([^`]+)`", re.IGNORECASE)
_NEW = re.compile(r"\bnew\b|\badd(ed|itional)\b", re.IGNORECASE)
_MENDS_TESTS = re.compile(
    r"\b(failing|red|broken) tests?\b|\btests? (pass|green)\b|\bfix\w* (the )?tests?\b", re.IGNORECASE
)
_MENDS_LINTS = re.compile(r"\b(clippy|lints?|warnings?|format\w*|rustfmt)\b", re.IGNORECASE)
"""What the phase is for: there what base had already is what was to be mended."""
_NO_WARNINGS = re.compile(r"\b(no|zero|without) (\w+ )?(warnings?|lints?)\b", re.IGNORECASE)


def check_criteria(facts: GateFacts) -> Iterator[Finding]:
    """Yield the criteria that are not met."""
    for witness in witnesses(facts):
        if witness.met is False:
            yield finding("criterion-failed", f"criterion not met: {witness.text}: {witness.witness}")


def witnesses(facts: GateFacts) -> tuple[CriterionWitness, ...]:
    """Return each acceptance criterion with what shows that it is met, in the plan's order."""
    return tuple(_witness(facts, criterion) for criterion in facts.phase.acceptance_criteria)


def _witness(facts: GateFacts, criterion: Criterion) -> CriterionWitness:
    met, witness = (None, NOT_CHECKED) if criterion.check is None else _ask(facts, criterion, criterion.check)
    return CriterionWitness(text=criterion.text, met=met, witness=witness)


def _ask(facts: GateFacts, criterion: Criterion, check: CriterionCheck) -> tuple[bool | None, str]:
    if (asked := facts.asked.to(check.argv)) is not None:
        return _say(asked, criterion)
    if check.kind == "all-tests" and not check.argv:
        return _ask_suite(facts)
    if check.kind in ("file-exists", "file-missing"):
        return _ask_file(facts, check)
    if goes_beyond(check.argv, facts.change.manifests(after=True)) and check.kind != "test-count":
        return None, NOT_CHECKED
    if check.kind == "test-count":
        return _ask_count(facts, check, only_new=_NEW.search(criterion.text) is not None)
    if check.kind == "all-tests":
        return _ask_tests(facts, check.argv)
    if check.argv[:1] == ("cargo",):
        return _ask_cargo(facts, criterion, check)
    if check.argv[0] in READERS:
        return _ask_reader(facts, check)
    return None, NOT_CHECKED


def _say(asked: CargoAnswer, criterion: Criterion) -> tuple[bool | None, str]:
    command = " ".join(asked.argv)
    if asked.outcome == "ok" and _TELLS.search(criterion.text) and runs_a_program(asked.argv):
        wanted = [*_PART_OF_HELP.findall(criterion.text), *_PRINTED.findall(criterion.text)]
        named = [name for name in wanted if name not in asked.output]
        if not asked.output.strip() or named:
            return False, f"`{command}` says nothing" + (f" of {named[0]}" if named else "")
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
    content = (facts.change.after(path) or b"").splitlines()
    lines, filled = len(content), sum(1 for line in content if line.strip())
    if check.at_least is not None and (lines < check.at_least or 2 * filled < check.at_least):
        return False, f"{path} has {lines} lines, {filled} of them not blank; {check.at_least} are wanted"
    if check.at_most is not None and lines > check.at_most:
        return False, f"{path} has {lines} lines, {check.at_most} at most are wanted"
    is_counted = check.at_least is not None or check.at_most is not None
    return True, f"{path} exists" + (f" ({lines} lines)" if is_counted else "")


def _ask_count(facts: GateFacts, check: CriterionCheck, *, only_new: bool) -> tuple[bool | None, str]:
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


def _ask_tests(facts: GateFacts, argv: tuple[str, ...]) -> tuple[bool | None, str]:
    """Failures that base had already are not charged."""
    if not facts.comparable:
        return False, "the tests do not build"
    try:
        selection = read_command(" ".join(argv))
    except NotASelection:
        return None, NOT_CHECKED
    crates = facts.after.workspace.names() if facts.after.workspace else frozenset()
    chosen = select(selection, facts.after.tests.outcomes, crates).tests
    if not chosen and len(selection.patterns) == 1:  # "Test `cli` passes" may mean all of tests/cli.rs
        named = (test for test in facts.after.tests.outcomes if Identity.read(test).kind == "test")
        chosen = tuple(test for test in named if Identity.read(test).target == selection.patterns[0])
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    failing = [test for test in chosen if now[test] not in QUIET]
    # Who names one test asks for that test, whatever it did before.
    new_failures = [
        t for t in failing if was.get(t) in (OK, None) or _is_named(Identity.read(t).test, selection.patterns)
    ]
    if new_failures:
        return False, f"{len(new_failures)} tests fail, the first is {new_failures[0]}"
    if failing:
        count = "1 test fails" if len(failing) == 1 else f"{len(failing)} tests fail"
        said = f"{count} as at base, the first is {failing[0]}"
        return (False if _MENDS_TESTS.search(_aim(facts)) else None), said
    ran = sum(1 for test in chosen if now[test] in PASSED)
    if chosen and not ran and selection.patterns:
        return False, f"every selected test is ignored, the first is {chosen[0]}"
    if not chosen and not selection.patterns and selection.targets and not any(name for _, name in selection.targets):
        return True, "there are none to run"
    return (True, "1 test ran" if ran == 1 else f"{ran} tests ran") if chosen else (False, "no test is selected")


def _ask_suite(facts: GateFacts) -> tuple[bool | None, str]:
    """ "All tests pass": of a repository without tests it says nothing."""
    met, said = _ask_tests(facts, ("cargo", "test"))
    return (met, said) if facts.after.tests.outcomes or not facts.comparable else (None, "there are no tests")


def _aim(facts: GateFacts) -> str:
    return f"{facts.phase.name} {facts.phase.goal or ''}"


def _is_named(test: str, patterns: tuple[str, ...]) -> bool:
    return any(f"::{test}".endswith(f"::{pattern}") for pattern in patterns)


def _ask_cargo(facts: GateFacts, criterion: Criterion, check: CriterionCheck) -> tuple[bool | None, str]:
    verb = check.argv[1] if len(check.argv) > 1 else ""
    if verb in ("test", "t", "nextest") and "--no-run" not in check.argv:
        return _ask_tests(facts, check.argv)
    if verb in ("build", "check", "test", "b", "c"):
        return facts.after.built, "the workspace and its tests build" if facts.after.built else "it does not build"
    if verb in ("clippy", "fmt"):
        wanted = "lint" if verb == "clippy" else "format"
        bad = [f for f in check_style(facts) if f.check == wanted and weight_of(f) is not Weight.NONE]
        old = facts.after.lint_count if verb == "clippy" else len(facts.after.unformatted)
        if not bad and old and (verb == "fmt" or "-D" in check.argv or _NO_WARNINGS.search(criterion.text)):
            mends = _MENDS_LINTS.search(_aim(facts)) is not None
            return (False if mends else None), f"{old} complaints of cargo {verb} stand as at base"
        return not bad, bad[0].message if bad else f"nothing new from cargo {verb}"
    return None, NOT_CHECKED


def _ask_reader(facts: GateFacts, check: CriterionCheck) -> tuple[bool | None, str]:
    change = facts.change
    contents = {path: change.contents[e.blob] for path, e in change.head.items() if e.blob in change.contents}
    said = answer(check.argv, Files(paths=frozenset(change.head), contents=contents))
    command = " ".join(check.argv)
    if said is None:
        return None, NOT_CHECKED
    if check.expect == "no-output":
        return not said.has_output, f"`{command}` {'finds something' if said.has_output else 'finds nothing'}"
    return said.succeeds, f"`{command}` {'succeeds' if said.succeeds else 'fails'}"
