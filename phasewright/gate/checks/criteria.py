"""Acceptance criteria: each has a witness, or is said to be not machine-checked. An agent's word is none."""

import re
from collections.abc import Iterator, Sequence

from phasewright.gate.cargo_answers import CargoAnswer, goes_beyond, runs_a_program
from phasewright.gate.change import normal_path
from phasewright.gate.checks.criteria_of_tests import Answer, aim, ask_count, ask_suite, ask_tests
from phasewright.gate.checks.style import check_style
from phasewright.gate.codes import Weight, finding, weight_of
from phasewright.gate.evidence import GateFacts
from phasewright.gate.readers import READERS, Files, answer
from phasewright.plan import Criterion, CriterionCheck
from phasewright.result import NOT_CHECKED, CriterionWitness, Finding

_TELLS = re.compile(r"`[^`]*`\s+(shows?|displays?|prints?|outputs?|lists?)\b", re.IGNORECASE)
_PART_OF_HELP = re.compile(
    r"(?<=[\s(])`(--?[a-z][\w-]*|[a-z][\w-]*(?=`(?:,? (?:and )?`[a-z][\w-]*`)* (?:sub)?(?:commands?|options?|flags?)))`"
)
"""What a help is said to show, as far as its name must occur in it."""
_PRINTED = re.compile(r"^\W*cargo run[^`]*`\s+(?:prints|outputs)\s+(?:exactly\s+)?`([^`]+)`", re.IGNORECASE)
_NEW = re.compile(r"\bnew\b|\badd(ed|itional)\b", re.IGNORECASE)
_MENDS = {
    "clippy": re.compile(r"\b(clippy|lints?|(compiler|rustc|all|the) warnings?)\b", re.IGNORECASE),
    "fmt": re.compile(r"\b(rustfmt|cargo fmt|formatting|format (all |the )*(code|sources?|files?))\b", re.IGNORECASE),
}
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


def _ask(facts: GateFacts, criterion: Criterion, check: CriterionCheck) -> Answer:
    if (asked := facts.asked.to(check.argv)) is not None:
        return _say(asked, criterion)
    if check.kind == "all-tests" and not check.argv:
        return ask_suite(facts)
    if check.kind in ("file-exists", "file-missing"):
        return _ask_file(facts, check)
    if goes_beyond(check.argv, facts.change.manifests(after=True)) and check.kind != "test-count":
        return None, NOT_CHECKED
    if check.kind == "test-count":
        return ask_count(facts, check, only_new=_NEW.search(criterion.text) is not None)
    if check.kind == "all-tests":
        return ask_tests(facts, check.argv)
    if check.argv[:1] == ("cargo",):
        return _ask_cargo(facts, criterion, check)
    if check.argv[0] in READERS:
        return _ask_reader(facts, check)
    return None, NOT_CHECKED


def _say(asked: CargoAnswer, criterion: Criterion) -> Answer:
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


def _ask_cargo(facts: GateFacts, criterion: Criterion, check: CriterionCheck) -> Answer:
    verb = check.argv[1] if len(check.argv) > 1 else ""
    if verb in ("test", "t", "nextest") and "--no-run" not in check.argv:
        return ask_tests(facts, check.argv)
    if verb in ("build", "check", "test", "b", "c"):
        return facts.after.built, "the workspace and its tests build" if facts.after.built else "it does not build"
    if verb in ("clippy", "fmt"):
        return _ask_style(facts, criterion, verb, check.argv)
    return None, NOT_CHECKED


def _ask_style(facts: GateFacts, criterion: Criterion, verb: str, argv: Sequence[str]) -> Answer:
    """Return what is new to linter or formatter; what base has already leaves a strict criterion open."""
    wanted = "lint" if verb == "clippy" else "format"
    bad = [f for f in check_style(facts) if f.check == wanted and weight_of(f) is not Weight.NONE]
    if bad:
        return False, bad[0].message
    denies = verb == "fmt" or any(word.startswith("-D") for word in argv) or _NO_WARNINGS.search(criterion.text)
    old = facts.after.lint_count if verb == "clippy" else len(facts.after.unformatted)
    if not (old and denies):
        return True, f"nothing new from cargo {verb}"
    count = "1 complaint" if old == 1 else f"{old} complaints"
    mends = _MENDS[verb].search(aim(facts)) is not None
    return (False if mends else None), f"{count} of cargo {verb} as at base"


def _ask_reader(facts: GateFacts, check: CriterionCheck) -> Answer:
    change = facts.change
    contents = {path: change.contents[e.blob] for path, e in change.head.items() if e.blob in change.contents}
    said = answer(check.argv, Files(paths=frozenset(change.head), contents=contents))
    command = " ".join(check.argv)
    if said is None:
        return None, NOT_CHECKED
    if check.expect == "no-output":
        return not said.has_output, f"`{command}` {'finds something' if said.has_output else 'finds nothing'}"
    return said.succeeds, f"`{command}` {'succeeds' if said.succeeds else 'fails'}"
