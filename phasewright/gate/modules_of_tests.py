"""Modules in files of their own that only tests compile: `#[cfg(test)] mod fixtures;`."""

from collections.abc import Mapping

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
    name = module_name(path)
    for other in declaring(path):
        cfg = scan_rust(change.after(other) or b"").modules.get(name)
        if cfg is not None:
            return any(rules.TEST_GATE.match(one) for one in cfg) or is_for_tests(change, other)
    return False


def is_gated(sources: Mapping[str, bytes], path: str) -> bool:
    """Return True where the `mod` line of the file *path*, in one of *sources*, is there for tests alone."""
    for parent in declaring(path):
        cfg = scan_rust(sources[parent]).modules.get(module_name(path)) if parent in sources else None
        if cfg is not None and any(rules.FOR_TESTS.match(one) for one in cfg):
            return True
    return False
