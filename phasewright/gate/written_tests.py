"""Tests as they stand in the source, by their identity."""

from phasewright.gate.evidence import GateFacts
from phasewright.gate.rust.facts import RustTest
from phasewright.gate.rust.scan import scan_rust
from phasewright.toolchain.outcomes import Identity


def written_test(facts: GateFacts, test: str, *, after: bool) -> RustTest | None:
    """Return the function that *test* is; None for one that a macro makes, or where its file was not read.

    Args:
        after: in the candidate; else at base.
    """
    side = facts.after if after else facts.before
    path = side.tests.path_of(test)
    content = facts.change.after(path) if after else facts.change.before(path)
    if content is None or not path.endswith(".rs"):
        return None
    whole = Identity.read(test).test
    name = whole.rpartition("::")[2]
    tests = scan_rust(content, is_test_file=facts.material.is_test(path)).tests
    found = [one for key, one in tests.items() if f"::{whole}".endswith(f"::{key}") or key == name]
    return found[0] if len(found) == 1 else None
