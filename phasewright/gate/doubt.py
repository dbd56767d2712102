"""When a changed test is no weaker: it still passes as it was, or did not pass at base either. Pure."""

import re

from phasewright.gate.evidence import GateFacts
from phasewright.plan import Severity
from phasewright.toolchain.outcomes import FLAKY, OK, Identity


def severity_of_change(facts: GateFacts, path: str, name: str | None) -> Severity | None:
    """Return WARNING where a change of test code in *path* cannot have hidden anything; None: it counts.

    Args:
        name: the test function that was changed; None: something that all tests there may use.
    """
    concerned = [test for test in _concerned(facts, path, name) if facts.before.tests.outcomes[test] in (OK, FLAKY)]
    if name is not None and not concerned and _is_known(facts, path, name):
        return None if _is_still_red(facts, path, name) else Severity.WARNING
    probes = facts.probes
    if not concerned or not probes.base_tests_built or path not in probes.restored:
        return None
    return Severity.WARNING if all(probes.base_tests.get(test) in (OK, FLAKY) for test in concerned) else None


def still_runs(facts: GateFacts, path: str, name: str) -> bool:
    """Return True where the test *name* of *path* was run and passed at both commits, whatever stands before it."""
    tests = facts.after.tests
    mine = [t for t in tests.places if tests.path_of(t) == path and _is_named(t, name)]
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    return bool(mine) and all(now[test] in (OK, FLAKY) and was.get(test) in (OK, FLAKY) for test in mine)


def failed_before(facts: GateFacts, path: str, name: str) -> bool:
    """Return True where the new test *name* of *path* fails on functions as they were at base."""
    places = facts.after.tests
    mine = [t for t in facts.probes.on_old_code if places.path_of(t) == path and _is_named(t, name)]
    return bool(mine) and all(facts.probes.on_old_code[test] not in (OK, FLAKY) for test in mine)


def _concerned(facts: GateFacts, path: str, name: str | None) -> list[str]:
    """Return base's tests that a change in *path* may touch."""
    tests = facts.before.tests
    if name is not None:
        return [t for t in tests.places if tests.path_of(t) == path and _is_named(t, name)]
    root = re.match(r"(.*?(^|/))tests/", path)
    if root is not None:  # shared by all integration tests of its package
        return [t for t, place in tests.places.items() if place.startswith(f"{root[1]}tests/")]
    # An example in the documentation uses nothing that stands among tests.
    own = [t for t in tests.outcomes if Identity.read(t).kind != "doc"]
    return [t for t in own if tests.path_of(t) == path] or own


def _is_still_red(facts: GateFacts, path: str, name: str) -> bool:
    """Return True where a test that failed at base passes now, and would not if it said what it said then."""
    probes, now = facts.probes, facts.after.tests.outcomes
    if not probes.base_tests_built or path not in probes.restored:
        return False
    return any(
        now.get(test) == OK and probes.base_tests.get(test, OK) not in (OK, FLAKY)
        for test in _concerned(facts, path, name)
    )


def _is_known(facts: GateFacts, path: str, name: str) -> bool:
    """Return True where base ran the test *name*, and it did not pass."""
    return bool(_concerned(facts, path, name))


def _is_named(test: str, name: str) -> bool:
    own = Identity.read(test).test.partition("[")[0]  # pytest writes a test's parameters behind its name
    whole = f"::{own}"
    # A macro makes several tests of one function, and puts them into a module of its name.
    return whole.endswith(f"::{name}") or f"::{name}::" in whole or name.split("::")[-1] == own
