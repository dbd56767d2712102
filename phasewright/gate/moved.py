"""A test that is gone under its name may run under another: same body, and it passes there."""

import re
from collections.abc import Callable, Sequence

from phasewright.gate.evidence import GateFacts
from phasewright.gate.renamed import moves_of
from phasewright.gate.rust.adapted import is_adapted
from phasewright.gate.rust.examples import Example, read_examples
from phasewright.gate.rust.facts import RustTest
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.written_tests import written_test
from phasewright.toolchain.outcomes import IGNORED, OK, Identity


def moved_tests(facts: GateFacts, gone: Sequence[str]) -> dict[str, str]:
    """Return the new identity of each test of *gone* that has one.

    A new test stands for one that is gone, never for two. The nearest comes first: same package and name, same package,
    anywhere.
    """
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    free = [other for other in now if other not in was and now[other] in (OK, IGNORED)]
    found: dict[str, str] = {}
    for is_near in (_is_named_alike, _is_neighbour, _is_anywhere):
        for test in gone:
            new = [other for other in free if is_near(Identity.read(test), Identity.read(other))]
            new = [other for other in new if now[other] == OK or was[test] == IGNORED]
            to = next((other for other in new if _became(facts, test, other)), None) if test not in found else None
            if to is not None:
                found[test] = to
                free.remove(to)
    return found


def _is_named_alike(was: Identity, now: Identity) -> bool:
    return was.package == now.package and was.test.rpartition("::")[2] == now.test.rpartition("::")[2]


def _is_neighbour(was: Identity, now: Identity) -> bool:
    return was.package == now.package


def _is_anywhere(_was: Identity, _now: Identity) -> bool:
    return True


def _became(facts: GateFacts, test: str, other: str) -> bool:
    """Return True where *other* is *test*: the same body, or the same place of a file that is as it was."""
    places = facts.before.tests.places.get(test, ""), facts.after.tests.places.get(other, "")
    if _same_file(facts, *places) and Identity.read(other).test == Identity.read(test).test:
        return True  # its package, target or folder has another name
    if Identity.read(test).kind == "doc" and Identity.read(other).kind == "doc":
        example, later = _example(facts.change.text_before, places[0]), _example(facts.change.text_after, places[1])
        if example is None or later is None:
            return False
        return example.bare == later.bare or is_adapted(example.text, later.text, moves_of(facts.change))
    was, now = written_test(facts, test, after=False), written_test(facts, other, after=True)
    if was is None or now is None or was.body == "{}" or _is_a_copys(facts, was, *places):
        return False
    return _is_same(was, now) or (
        Identity.read(test).test.rpartition("::")[2] == Identity.read(other).test.rpartition("::")[2]
        and was.should_panic == now.should_panic
        and is_adapted(was.body, now.body, moves_of(facts.change))
    )


def names_used(facts: GateFacts, test: str) -> frozenset[str] | None:
    """Return the names that *test* uses at base, of an example what it documents; None where it cannot be read."""
    if Identity.read(test).kind == "doc":
        return frozenset({Identity.read(test).test.partition("#")[0].rpartition("::")[2]})
    body = written_test(facts, test, after=False)
    return None if body is None else frozenset(re.findall(r"[A-Za-z_]\w*", body.body))


def _is_a_copys(facts: GateFacts, test: RustTest, was: str, now: str) -> bool:
    """Return True where what *test* calls is something else at its old place, and a copy stands where it is now."""
    old, new = was.rpartition(":")[0], now.rpartition(":")[0]
    left, arrived = facts.change.after(old), facts.change.after(new)
    if old == new or left is None or arrived is None:
        return False
    then, stayed, copied = (_bodies(source) for source in (facts.change.before(old) or b"", left, arrived))
    called = set(re.findall(r"[A-Za-z_]\w*", test.body)) & then.keys() & stayed.keys() & copied.keys()
    return any(then[name] & copied[name] and stayed[name] - then[name] for name in called)


def _bodies(source: bytes) -> dict[str, set[str]]:
    """Return the bodies of the functions of each name, tests and their helpers apart."""
    found: dict[str, set[str]] = {}
    for path, function in scan_rust(source).functions.items():
        if not function.in_test:
            found.setdefault(path.rpartition("::")[2], set()).add(function.body)
    return found


def _example(read: Callable[[str], str | None], place: str) -> Example | None:
    """Return the example at *place*; None where there is none."""
    path, _, line = place.rpartition(":")
    source = read(path)
    return next((one for one in read_examples(source or "") if str(one.line) == line and one.bare), None)


def is_same_source(facts: GateFacts, test: str) -> bool:
    """Return True where *test* is at both commits the same function, or made by a macro in a place that stayed.

    A function that was edited in its place is the source checks' to judge; this is about another one under its name.
    """
    was, now = written_test(facts, test, after=False), written_test(facts, test, after=True)
    old, new = (side.tests.path_of(test) for side in (facts.before, facts.after))
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
