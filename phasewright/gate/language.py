"""What a repository is written in, by its manifests: which toolchain judges it."""

import posixpath
import re
from collections.abc import Iterable

from phasewright.cargo.cargo import Cargo
from phasewright.python.installed import Pytest

_TEST_DATA = re.compile(r"(^|/)(tests|testdata|test_data|fixtures|golden|snapshots)/")


def is_python(paths: Iterable[str]) -> bool:
    """Return True for a repository of Python alone; crates among its test data are data.

    Beside any other Cargo.toml it is Rust: to judge a crate by Python's tests would believe what nothing has built.
    """
    paths = list(paths)
    crates = [path for path in paths if posixpath.basename(path) == Cargo.manifest and not _TEST_DATA.search(path)]
    return not crates and has_manifest(paths, Pytest.manifest)


def has_manifest(paths: Iterable[str], name: str) -> bool:
    """Return True where one of *paths* is a manifest of this *name*."""
    return any(posixpath.basename(path) == name for path in paths)
