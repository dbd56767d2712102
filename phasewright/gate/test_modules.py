"""Modules in files of their own that only tests compile: `#[cfg(test)] mod fixtures;`."""

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
