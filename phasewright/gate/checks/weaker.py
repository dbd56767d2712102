"""What tests assert less than at base, read from their source."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from phasewright.gate.codes import finding
from phasewright.gate.consent import names_test
from phasewright.gate.rust import rules
from phasewright.gate.rust.facts import RustFacts, RustFunction, RustTest
from phasewright.plan import Phase, Severity
from phasewright.result import Finding

_WARN = Severity.WARNING


def _no_doubt(_: str | None) -> Severity | None:
    return None


def _never(_before: str, _after: str) -> bool:
    return False


class Known(NamedTuple):
    """What is known about a file's tests beside its source."""

    doubt: Callable[[str | None], Severity | None] = _no_doubt
    """The severity of a change to the test of this name, or (None) to what all tests of the file use."""
    still_runs: Callable[[str], bool] = lambda _: False
    """Says of a test that it ran all the same, whatever stands before it."""
    follows: Callable[[str, str], bool] = _never
    """Says of test code, then and now, that it differs only as the code under test made it differ."""
    failed_before: Callable[[str], bool] = lambda _: False
    """Says of a new test that it fails on functions as they were at base."""
    code: Collection[str] = ()
    """Names of what is no test."""
    asserting: frozenset[str] = frozenset()
    """Helpers of tests that can fail."""
    answered: Collection[str] = ()
    """Questions to the build's environment that the package's own build script answers."""


def weaker_tests(phase: Phase, path: str, old: RustFacts, new: RustFacts, known: Known) -> Iterator[Finding]:
    """Yield assertions that became weaker, and new tests that assert nothing. Pure."""
    for name, test in sorted(new.tests.items()):
        was = old.tests.get(name)
        trivial = [one for one in test.trivial if not was or one not in was.trivial]
        if trivial:
            yield finding("trivial-assert", f"{name}: {trivial[0][:120]} cannot fail", line=test.line)
        if was is None:
            yield from _empty(name, test, [one for key, one in new.tests.items() if key not in old.tests], known)
        elif replace(was, line=test.line) != test and not names_test(phase, name, path, known.code):
            severity = _WARN if known.follows(was.body, test.body) else known.doubt(name)
            for found in _weaker(name, was, test, severity):
                yield _with_way_out(found, name)
    yield from _circular(old, new)
    yield from _other_helpers(phase, path, old, new, known)


def _empty(name: str, test: RustTest, added: list[RustTest], known: Known) -> Iterator[Finding]:
    """Yield that a new test holds whatever the code does; beside others of those *added* it may be honest."""
    if test.should_panic and rules.PANICS_ITSELF.search(test.body):
        beside = any(not one.should_panic for one in added) and bool(test.calls - {"panic"})
        said = f"{name} panics by itself, whatever the code does"
        yield finding("trivial-assert", said, line=test.line, severity=_WARN if beside else None)
    if not _can_fail(test, known):
        # Beside tests that assert, one that only shows that nothing panics is honest.
        beside = any(_can_fail(one, known) for one in added) or known.failed_before(name)
        said = f"{name} asserts nothing"
        yield finding("test-without-assert", said, line=test.line, severity=_WARN if beside else None)


def _other_helpers(phase: Phase, path: str, old: RustFacts, new: RustFacts, known: Known) -> Iterator[Finding]:
    for name, function in sorted(new.functions.items()):
        before = old.functions.get(name)
        if before and _is_other(before, function) and not names_test(phase, name, path, known.code):
            said = f"{name}, which tests use, was changed"
            # Benchmarks are neither built nor run here.
            is_free = re.search(r"(^|/)benches/", path) or known.follows(before.body, function.body)
            severity = _WARN if is_free else known.doubt(None)
            found = finding("test-helper-changed", said, line=function.line, severity=severity)
            yield _with_way_out(found, name)


def _can_fail(test: RustTest, known: Known) -> bool:
    return bool(test.asserts or test.checks or test.should_panic or test.calls & known.asserting)


def _is_other(was: RustFunction, now: RustFunction) -> bool:
    """Return True for another helper of tests; calls of a macro that makes tests may be added to."""
    if not now.in_test or now.is_of_code:
        return False
    if rules.NEXT not in was.body:
        return was.body != now.body
    return bool(Counter(was.body.split(rules.NEXT)) - Counter(now.body.split(rules.NEXT)))


def _with_way_out(found: Finding, name: str) -> Finding:
    """Return *found* with the line that the plan needs where the change is wanted."""
    if found.severity != Severity.ERROR:
        return found
    way = f"{found.message}; if that is wanted, the plan must say so: add `**Tests to change:** {name}` to the phase"
    return found.model_copy(update={"message": way})


def _circular(old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    """Yield new tests that compare a value with itself; one such test beside real ones may ask for determinism."""
    added = {name: test for name, test in new.tests.items() if name not in old.tests}
    circular = {n: t for n, t in added.items() if t.circular and len(t.circular) == t.asserts.total()}
    severity = None if circular and len(circular) == len(added) else _WARN
    for name, test in sorted(circular.items()):
        said = f"{name}: {test.circular[0][:120]} compares a value with itself"
        yield finding("trivial-assert", said, line=test.line, severity=severity)


def _weaker(name: str, was: RustTest, now: RustTest, severity: Severity | None) -> Iterator[Finding]:
    lost, gained = was.asserts - now.asserts, now.asserts - was.asserts
    if lost and gained:
        said = f"{name}: {next(iter(lost))[:100]} became {next(iter(gained))[:100]}"
        yield finding("assert-changed", said, line=now.line, severity=severity)
    elif lost:
        yield finding("assert-removed", f"{name}: {next(iter(lost))[:160]} is gone", line=now.line, severity=severity)
    elif was.body != now.body:
        way_out = rules.WAY_OUT.search(now.body) and not rules.WAY_OUT.search(was.body)
        what = "has a way around its assertions now" if way_out else "was changed"
        yield finding("test-body-changed", f"{name} {what}", line=now.line, severity=severity)
    if now.attributes != was.attributes:
        what = " ".join(now.attributes) or "no attribute of its own any more"
        yield finding("test-body-changed", f"{name} has {what}", line=now.line, severity=severity)
    if now.cfg != was.cfg:
        yield finding("gate-added", f"{name} runs only under {' '.join(now.cfg) or 'nothing'}", line=now.line)
    if now.should_panic != was.should_panic:
        what = " ".join(now.should_panic) or "no should_panic any more"
        yield finding("assert-changed", f"{name}: {what}", line=now.line, severity=severity)
