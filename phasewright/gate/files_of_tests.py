"""Which files hold tests, and which packages only tests use."""

import posixpath
import re
import tomllib
from collections.abc import Mapping

from phasewright.gate.change import Change
from phasewright.gate.tables import table_of

_DATA = re.compile(
    r"(^|/)(tests|snapshots|testdata|test_data|fixtures|golden|proptest-regressions)/|\.snap$|\.proptest-regressions$"
)


def test_kits(change: Change) -> list[str]:
    """Return the folders of packages that only tests depend on: what they assert is what the tests assert."""
    folders: dict[bool, set[str]] = {True: set(), False: set()}
    for path in change.base:
        if path.rpartition("/")[2] != "Cargo.toml":
            continue
        try:
            manifest = tomllib.loads(change.text_before(path) or "")
        except tomllib.TOMLDecodeError:
            continue
        for table, is_dev in (("dependencies", False), ("build-dependencies", False), ("dev-dependencies", True)):
            for value in table_of(manifest, table).values():
                if isinstance(value, Mapping) and isinstance(value.get("path"), str):
                    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), value["path"]))
                    folders[is_dev].add(f"{place}/")
    return sorted(folders[True] - folders[False])


def is_test_data(path: str) -> bool:
    """Return True for what lies where tests keep what they read."""
    return _DATA.search(path) is not None


def is_beside(path: str, other: str) -> bool:
    """Return True for another file of the same folder."""
    return posixpath.dirname(path) == posixpath.dirname(other) and path != other


def is_test_file(path: str) -> bool:
    """Return True for a file of integration tests or benches."""
    return bool(re.search(r"(^|/)(tests|benches)/", path)) or path.endswith(("/tests.rs", "_test.rs", "_tests.rs"))
