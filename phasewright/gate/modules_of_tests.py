"""Modules in files of their own that only tests compile: `#[cfg(test)] mod fixtures;`."""

from collections.abc import Callable, Mapping

from phasewright.gate.change import Change
from phasewright.gate.declaring import declaring, module_name
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.rust import rules
from phasewright.gate.rust.scan import scan_rust


def is_for_tests(change: Change, path: str) -> bool:
    """Return True for a file of tests, and for one that a `mod` line of the candidate gives to tests alone."""
    if is_test_file(path):
        return True
    if not path.endswith(".rs"):
        return False
    said = _declared(change.after, path)
    return said is not None and (any(map(rules.TEST_GATE.match, said[1])) or is_for_tests(change, said[0]))


def is_gated(sources: Mapping[str, bytes], path: str) -> bool:
    """Return True where the `mod` line of the file *path*, in one of *sources*, is there for tests.

    A module that others may turn on too (`any(test, feature = "kit")`) is there for tests all the same.
    """
    said = _declared(sources.get, path)
    return said is not None and any(map(rules.FOR_TESTS.match, said[1]))


def _declared(read: Callable[[str], bytes | None], path: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the file that has the `mod` line for *path*, and the conditions before it; None where none is read."""
    for parent in declaring(path):
        cfg = scan_rust(read(parent) or b"").modules.get(module_name(path))
        if cfg is not None:
            return parent, cfg
    return None
