"""Which files hold tests, and which packages only tests use."""

import posixpath
import re

from phasewright.gate.change import Change, is_listed, normal_paths
from phasewright.gate.dependencies import dependencies, tables_by_folder
from phasewright.gate.rust.facts import RustFunction
from phasewright.gate.rust.scan import scan_rust
from phasewright.plan import Phase

_DATA = re.compile(
    r"(^|/)(tests|snapshots|testdata|test_data|fixtures|golden|proptest-regressions)/|\.snap$|\.proptest-regressions$"
)


def test_kits(change: Change, phase: Phase | None = None) -> list[str]:
    """Return the folders of packages that only tests depend on: what they assert is what the tests assert.

    Args:
        phase: where it lists nothing of a package that tests and other code depend on, that package is one too, as
            soon as a function of it that asserts is another one.
    """
    used = [one for one in dependencies(tables_by_folder(change.manifests())) if one.folder not in ("", one.user)]
    for_tests = {one.folder for one in used if one.is_dev}
    for_code = {one.folder for one in used if not one.is_dev}
    kits = for_tests - for_code
    if phase is not None:
        shared = for_tests & for_code
        kits |= {one for one in shared if not _concerns(phase, one) and _asserts_otherwise(change, one)}
    return sorted(f"{folder}/" for folder in kits)


def is_test_data(path: str) -> bool:
    """Return True for what lies where tests keep what they read."""
    return _DATA.search(path) is not None


def is_beside(path: str, other: str) -> bool:
    """Return True for another file of the same folder."""
    return posixpath.dirname(path) == posixpath.dirname(other) and path != other


def is_test_file(path: str) -> bool:
    """Return True for a file of integration tests or benches."""
    return bool(re.search(r"(^|/)(tests|benches)/", path)) or path.endswith(("/tests.rs", "_test.rs", "_tests.rs"))


def _concerns(phase: Phase, folder: str) -> bool:
    """Return True where the plan lists a file of *folder*, or a folder that holds it."""
    listed = normal_paths(phase.files.paths())
    return is_listed(f"{folder}/", phase.files) or any(path.startswith(f"{folder}/") for path in listed)


def _asserts_otherwise(change: Change, folder: str) -> bool:
    """Return True where something of *folder* that asserted at base, outside its own tests, is another one."""
    for path in change.changed:
        if path.startswith(f"{folder}/") and path.endswith(".rs") and not is_test_file(path):
            before, after = change.before(path) or b"", change.after(path) or b""
            own = {name for name, one in scan_rust(before).functions.items() if one.in_test}
            # Macros are read as what tests use, and in no other file.
            old, new = (scan_rust(source, is_test_file=True).functions for source in (before, after))
            mine = {name: one for name, one in old.items() if name not in own and _asserts(one)}
            if any(name not in new or new[name].body != one.body for name, one in mine.items()):
                return True
    return False


def _asserts(function: RustFunction) -> bool:
    return bool(function.asserts) or re.search(r"\bassert\w*!", function.body) is not None


def has_own_root(path: str) -> bool:
    """Return True for an example or a benchmark: each file is a crate, so what it allows holds for it alone."""
    return re.search(r"(^|/)(examples|benches)/", path) is not None
