"""What the probes say."""

import re
from collections import Counter
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.consent import asks_for, is_fix
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.given_up import is_given_up
from phasewright.gate.renamed import moves_of
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.selection import select
from phasewright.gate.written_tests import written_test
from phasewright.plan import Severity
from phasewright.result import Finding
from phasewright.toolchain.outcomes import FAILED, OK, PASSED, WITH_CARGO

_ASKS = re.compile(r"\benv::|\bvars?(?:_os)?\(|/proc/|hostname|home_dir|\busers?::|\bgetenv")
_FOREVER = re.compile(
    r"\bnever (returns|ends|stops)|\bforever\b|\b(event|accept|main) loop\b|\bdaemon\b|\buntil (stopped|killed)",
    re.IGNORECASE,
)
"""The plan asks for what does not end; a trait may demand that it returns a value all the same."""
_MAY_PANIC = re.compile(
    r"\b(panic|abort|overflow|underflow|assert|reject|refus|invalid|illegal|out of|outside|bound|must|check|fail|error"
    r"|poison|unwrap|expect|guard|limit|empty|zero|contract|precondition|invariant)",
    re.IGNORECASE,
)
"""The plan speaks of what may end in a panic."""
_RETURNS_NOTHING = re.compile(r"(\(\)|!|(\w+::)*(Infallible|Never)|[A-Z])?")
"""No value, none ever, or what the caller wants it to be."""


def check_probes(facts: GateFacts) -> Iterator[Finding]:
    """Yield base tests that fail on the new code, and new tests that pass without it."""
    probes, before = facts.probes, facts.before.tests
    if probes.base_tests_asked and not probes.base_tests_built:
        said = "base's tests do not build on the new code, so they were not tried on it"
        yield finding("probe-unanswered", said)
    for test, outcome in sorted(probes.base_tests.items()):
        if before.outcomes.get(test) == OK and outcome not in PASSED and not is_given_up(facts, test):
            path, _, line = before.places.get(test, "").rpartition(":")
            said = f"{test}, as it was at base, fails on the new code"
            yield finding("base-test-fails", said, path=path or None, line=int(line) if line.isdigit() else None)
    yield from _in_program(facts)
    yield from _vacuous(facts)
    if probes.unproven:
        severity = Severity.ERROR if facts.strict_proof or _wants_tests(facts) else None
        said = "no test notices when the changed code is emptied: that it works is nobody's but the author's word"
        yield finding("unproven", said, severity=severity)


def _wants_tests(facts: GateFacts) -> bool:
    """Return True where the plan names tests to run for new files, and the change brings none."""
    known, crates = (
        facts.before.tests.outcomes,
        facts.before.workspace.names() if facts.before.workspace else frozenset(),
    )
    named = any(one.patterns and not select(one, known, crates).tests for one in facts.selections)
    brings = any(test not in facts.before.tests.outcomes for test in facts.after.tests.outcomes)
    return named and bool(facts.phase.files.create) and not brings


def _in_program(facts: GateFacts) -> Iterator[Finding]:
    """Yield what a plain program shows: tests that fail there, that pass whatever they expect, code that stops."""
    report = facts.probes.program
    for test, outcome in sorted(report.outcomes.items()):
        if outcome == FAILED or (outcome == WITH_CARGO and _asks_environment(facts)):
            path, line = _place(facts, test)
            said = f"{test} passes as a test and fails in a plain program: call it from `main` to see what users would"
            yield finding("right-only-in-tests", said, path=path, line=line)
    altered = {test: outcome for test, outcome in report.altered.items() if _is_new(facts, test)}
    if altered and all(outcome == OK for outcome in altered.values()):
        for test in sorted(altered):
            path, line = _place(facts, test)
            said = f"{test} passes with other values in its assert_eq! too: what it expects is not compared"
            yield finding("any-answer-passes", said, path=path, line=line)
    yield from _stopping(facts)


def _is_new(facts: GateFacts, test: str) -> bool:
    return facts.before.tests.outcomes.get(test) not in PASSED


def _stopping(facts: GateFacts) -> Iterator[Finding]:
    """Yield new functions that the compiler knows to stop in every case, and that say that they return something."""
    workspace = facts.after.workspace
    for path in sorted(facts.change.changed):
        after = facts.change.after(path)
        if not path.endswith(".rs") or path not in facts.after.compiled or after is None or workspace is None:
            continue
        old, new = scan_rust(facts.change.before(path) or b""), scan_rust(after, is_test_file=is_test_file(path))
        for name, function in new.functions.items():
            was, own = old.functions.get(name), name.rpartition("::")[2]
            stops = f"{workspace.owner(path)}::{own}" in facts.probes.program.stops
            says_so = function.in_test or _RETURNS_NOTHING.fullmatch(function.returns)
            meant = function.in_trait and "loop" in function.body and asks_for(facts.phase, _FOREVER, {own})
            if stops and not says_so and not meant and (was is None or was.body != function.body):
                said = f"{name} stops in every case: no path through it returns {function.returns}"
                yield finding("never-returns", said, path=path, line=function.line)


def _place(facts: GateFacts, test: str) -> tuple[str | None, int | None]:
    """Return where a test of the candidate stands: path, line."""
    path, _, line = facts.after.tests.places.get(test, "").rpartition(":")
    return path or None, int(line) if line.isdigit() else None


def _asks_environment(facts: GateFacts) -> bool:
    """Return True where changed code, that is no test, asks more than before where it runs."""
    for path in facts.change.changed:
        after = facts.change.after(path)
        if not path.endswith(".rs") or path.endswith("build.rs") or is_test_file(path) or after is None:
            continue
        if _questions(after) - _questions(facts.change.before(path) or b""):
            return True
    return False


def _questions(source: bytes) -> Counter[str]:
    """Return what code asks its surroundings; imports count, for what is imported may have any name."""
    found = scan_rust(source)
    bodies = [function.body for function in found.functions.values() if not function.in_test]
    beside = found.tokens.partition("#[cfg(test)]")[0]
    return Counter(hit for text in (*bodies, beside) for hit in _ASKS.findall(text))


def _is_compilers(facts: GateFacts, test: str) -> bool:
    """Return True for a test that the compiler alone decides, of a change that brings no new function."""
    one = written_test(facts, test, after=True)
    if one is None or not one.bounds or moves_of(facts.change).has_new_functions:
        return False
    # The plan speaks of what the compiler was asked.
    return any(re.search(rf"\b{bound}\b", facts.phase.text) for bound in one.bounds)


def _vacuous(facts: GateFacts) -> Iterator[Finding]:
    probes = facts.probes
    if not probes.hollow_built:
        if probes.hollow_asked:
            yield finding("probe-unanswered", "the hollowed code does not build, so new tests were not tried on it")
        return
    yield from _proofs(facts)


def _celebrates_a_panic(facts: GateFacts, test: str) -> bool:
    """Return True for a test that is green because a new function panics, where the plan asks for no such thing."""
    one, said = written_test(facts, test, after=True), facts.phase.text
    if one is None or not one.should_panic or not said.strip() or _MAY_PANIC.search(said):
        return False
    return bool(one.calls & moves_of(facts.change).new)


def _proofs(facts: GateFacts) -> Iterator[Finding]:
    probes = facts.probes
    # What fails on the code as it was is proven by that, whatever it says of none.
    red_before = {test for test, outcome in probes.on_old_code.items() if outcome not in PASSED}
    vacuous = sorted(
        test
        for test, one in probes.new_tests.items()
        if test not in red_before and (one == OK or _celebrates_a_panic(facts, test))
    )
    if is_fix(facts.phase) and probes.on_old_code and not red_before and not vacuous:
        for test in sorted(probes.on_old_code):
            path, line = _place(facts, test)
            said = f"{test} passes on base's code too: no new test shows what was mended"
            yield finding("vacuous-test", said, path=path, line=line)
    all_are = len(vacuous) == len(probes.new_tests)
    for test in vacuous:
        if test in facts.before.tests.outcomes:
            continue  # rewritten as the plan wants: it may prove the work, and need not
        path, line = _place(facts, test)
        # Beside others that notice, a test of the negative may pass.
        counts = (all_are and not _is_compilers(facts, test)) or facts.strict_proof
        severity = None if counts else Severity.INFO
        what = "others must show that it works" if severity else "it proves nothing about it"
        is_green = probes.new_tests[test] == OK
        how = (
            "passes with the new code emptied, or giving back what it is given"
            if is_green
            else "wants a panic that the plan does not ask for"
        )
        said = f"{test} {how}: {what}"
        yield finding("vacuous-test", said, path=path, line=line, severity=severity)
