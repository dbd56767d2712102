"""A test that is gone under its name may run under another: same body, and it passes there."""

import re

from phasewright.cargo.suite import OK, Identity
from phasewright.gate.checks.source import is_test_file
from phasewright.gate.evidence import GateFacts
from phasewright.gate.rust.facts import RustTest
from phasewright.gate.rust.scan import scan_rust


def moved_to(facts: GateFacts, test: str) -> str | None:
    """Return the new identity of *test*; None where its body does not run anywhere."""
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    new = [other for other in now if other not in was and now[other] == OK]
    place = facts.before.tests.places.get(test, "")
    identity = Identity.read(test)
    body = _body(facts, test, after=False)
    for other in new:
        candidate = Identity.read(other)
        if _same_file(facts, place, facts.after.tests.places.get(other, "")) and candidate.test == identity.test:
            return other  # the file is as it was: its package, target or folder has another name
        if body is not None and body.body != "{}" and _is_same(body, _body(facts, other, after=True)):
            return other
    return None


def is_same_source(facts: GateFacts, test: str) -> bool:
    """Return True where *test* is at both commits the same function, or made by a macro in a place that stayed.

    A function that was edited in its place is the source checks' to judge; this is about another one under its name.
    """
    was, now = _body(facts, test, after=False), _body(facts, test, after=True)
    old, new = (side.tests.places.get(test, "").rpartition(":")[0] for side in (facts.before, facts.after))
    if was is not None and now is not None:
        return old == new or _is_same(was, now)
    if was is None and now is None:
        entry, other = facts.change.base.get(old), facts.change.head.get(new)
        return old == new or bool(entry and other and entry.blob == other.blob)
    return False


def _is_same(was: RustTest, now: RustTest | None) -> bool:
    return now is not None and was.body == now.body and was.should_panic == now.should_panic


def _same_file(facts: GateFacts, was: str, now: str) -> bool:
    """Return True where both places are the same file, moved or not, at the same line."""
    old, _, old_line = was.rpartition(":")
    new, _, new_line = now.rpartition(":")
    entry, other = facts.change.base.get(old), facts.change.head.get(new)
    return bool(entry and other and entry.blob == other.blob and old_line == new_line)


def _body(facts: GateFacts, test: str, *, after: bool) -> RustTest | None:
    side = facts.after if after else facts.before
    path = side.tests.places.get(test, "").rpartition(":")[0]
    content = facts.change.after(path) if after else facts.change.before(path)
    if content is None:
        return None
    name = re.split("::", Identity.read(test).test)[-1]
    tests = scan_rust(content, is_test_file=is_test_file(path)).tests
    parts = Identity.read(test).test
    found = [one for key, one in tests.items() if f"::{parts}".endswith(f"::{key}") or key == name]
    return found[0] if len(found) == 1 else None
