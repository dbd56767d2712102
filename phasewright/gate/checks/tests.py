"""Tests by identity: what passed at base still exists, runs and passes, or the plan asked for its change."""

import re
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.given_up import is_given_up
from phasewright.gate.moved import moved_tests
from phasewright.plan import Severity
from phasewright.result import Finding
from phasewright.toolchain.outcomes import COMPILED, FAILED, FLAKY, IGNORED, LOST, OK, PASSED, TOGETHER, Identity

_LIST_IN_PLAN = "if that is wanted, the plan must say so: add `**Tests to change:** {name}` to the phase"
_RAN = (OK, COMPILED)
_FAILS = (FAILED, LOST, TOGETHER)


def check_tests(facts: GateFacts) -> Iterator[Finding]:
    """Yield what happened to tests between base and candidate."""
    if not facts.comparable:
        return
    yield from _check_reports(facts)
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    hung = bool(facts.after.tests.hung)
    gone = [test for test in sorted(was) if test not in now]
    moved = moved_tests(facts, gone)
    for test, outcome in sorted(was.items()):
        if test in moved:
            yield _about(facts, "test-moved", test, f"has a new name or place: {moved[test]}")
        else:
            yield from _compare(facts, test, outcome, now.get(test), hung)
    for test in sorted(now.keys() - was.keys()):
        if now[test] == IGNORED:
            yield _about(facts, "new-test-ignored", test, "this new test is ignored")
        elif now[test] == FLAKY:
            yield _about(facts, "flaky", test, "this new test fails only sometimes")
        elif now[test] not in PASSED and not (hung and now[test] not in (FAILED, TOGETHER)):
            yield _about(facts, "new-test-fails", test, f"this new test {_said(facts, test)}")


def _compare(facts: GateFacts, test: str, was: str, now: str | None, hung: bool) -> Iterator[Finding]:
    if was not in _RAN:
        yield from _compare_other(facts, test, was, now)
    elif now is None and is_given_up(facts, test):
        yield _about(facts, "test-removed", test, "removed, as the plan says")
    elif now is None:
        yield _lost(facts, "test-vanished", test, "passed at base and is gone")
    elif now == IGNORED or (now == COMPILED and was == OK):
        if not is_given_up(facts, test):
            how = "ignored" if now == IGNORED else "only compiled"
            yield _lost(facts, "newly-ignored", test, f"ran at base and is {how} now")
    elif now == FLAKY:
        yield _about(facts, "flaky", test, "fails and passes by chance: when it was run again, or on base's code")
    elif now not in PASSED and not (hung and now not in (FAILED, TOGETHER)):
        yield _about(facts, "test-regressed", test, f"passed at base and {_said(facts, test)}")


def _compare_other(facts: GateFacts, test: str, was: str, now: str | None) -> Iterator[Finding]:
    """Yield what became of a test that did not pass at base: it failed, or was ignored."""
    if was in _FAILS and now == OK:
        yield _about(facts, "fixed", test, "failed at base and passes now")
    elif was in _FAILS and now in _FAILS and _is_promised(facts, test):
        yield _about(facts, "criterion-failed", test, "failed at base, the phase names it, and it still fails")
    elif was in _FAILS and now in _FAILS:
        yield _about(facts, "pre-existing", test, "failed at base already; not charged to this phase")
    elif now in (None, IGNORED) and now != was and not is_given_up(facts, test):
        code, what = ("test-vanished", "gone") if now is None else ("newly-ignored", "ignored")
        if was in _FAILS:
            yield _lost(facts, code, test, f"failed at base and is {what} now, which mends nothing")
        elif was in (IGNORED, FLAKY):
            yield _lost(facts, code, test, f"was {was} at base and is {what} now")


def _lost(facts: GateFacts, code: str, test: str, said: str) -> Finding:
    """Return a finding with the line that the plan needs where the loss is wanted."""
    name = Identity.read(test).test.partition("#")[0]
    return _about(facts, code, test, f"{said}; {_LIST_IN_PLAN.format(name=name)}")


def _is_promised(facts: GateFacts, test: str) -> bool:
    """Return True where the phase names *test* as code, outside a sentence that says no to something."""
    name = Identity.read(test).test.rpartition("::")[2]
    lines = [line for line in facts.phase.text.splitlines() if re.search(rf"[`:]{re.escape(name)}(\(\))?`", line)]
    return any(not re.search(r"\b(not|no|never|except|apart|ignor\w*|known|still)\b", line) for line in lines)


def _check_reports(facts: GateFacts) -> Iterator[Finding]:
    before, after = facts.before.tests, facts.after.tests
    for text in sorted(set(after.broken) - set(before.broken)):
        if "doc tests failed" in text:
            yield finding("doc-tests-failed", text)
        else:
            yield finding("report-broken", f"a test report does not add up: {text}")
    for name in sorted(set(after.foreign) - set(before.foreign)):
        yield finding("harness-replaced", f"{name} does not run libtest tests any more, or never did")
    for test in after.hung:
        known = test in before.hung
        severity = Severity.WARNING if known else None
        yield finding("test-deadline", f"{test} did not end before its deadline", severity=severity)


def _said(facts: GateFacts, test: str) -> str:
    outcome = facts.after.tests.outcomes[test]
    if outcome not in (FAILED, TOGETHER):
        return {LOST: "never ended: its process died", "not-run": "was listed and did not run"}.get(outcome, outcome)
    how = "fails" if outcome == FAILED else "fails when run with the others, passes alone"
    printed = facts.after.tests.failures.get(test, "")
    panic = re.search(r"panicked at [^\n]*\n((?:(?!note: run with)[^\n]*\n?){1,4})", printed)
    text = " ".join((panic[1] if panic else printed[-200:]).split())
    return f"{how}: {text[:240]}" if text else how


def _about(facts: GateFacts, code: str, test: str, message: str) -> Finding:
    place = facts.after.tests.places.get(test) or facts.before.tests.places.get(test) or ""
    path, _, line = place.rpartition(":")
    printed = facts.after.tests.failures.get(test, "")
    panic = re.search(r"panicked at (?P<path>[^\s:]+):(?P<line>\d+)", printed)
    if panic and panic["path"] == path:
        line = panic["line"]
    return finding(code, f"{test} {message}", path=path or None, line=int(line) if line.isdigit() else None)
