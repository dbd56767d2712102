"""What base's tests are made of beside their own files: modules only they see, data and constants that they name."""

import re
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from phasewright.gate.change import Change, is_listed
from phasewright.gate.declaring import declaring
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.modules_of_tests import is_gated
from phasewright.gate.objects import REGULAR, read_blobs
from phasewright.gate.rust.constants import written_constants
from phasewright.gate.rust.helpers import asserting_helpers
from phasewright.gate.rust.items_of_tests import item_ranges
from phasewright.gate.rust.scan import scan_rust
from phasewright.git.repository import Repository
from phasewright.plan import Phase

_KIT = re.compile(
    r"(^|/)(testing|test_?(utils?|support|helpers?|kit|fixtures?|data)|fixtures?|mocks?)(\.rs$|/[^/]+\.rs$)"
)
"""Modules that are there for tests, by their usual names."""
_TEXT = re.compile(rb'"((?:\\.|[^"\\\n])*)"')


class Material(BaseModel, frozen=True):
    """What of a change base's tests consist of, files below `tests/` apart."""

    modules: frozenset[str] = frozenset()
    """Rust files that are compiled for tests alone."""
    kits: frozenset[str] = frozenset()
    """Rust files that are named as being there for tests, and that the phase does not list."""
    data: frozenset[str] = frozenset()
    """Files that tests name in a text, and the phase does not list."""
    constants: dict[str, frozenset[str]] = {}
    """Path → constants with another value than at base, that tests name and the phase does not."""

    helpers: frozenset[str] = frozenset()
    """Helpers in unchanged files of tests that can fail; read where a new test asserts nothing by itself."""

    def is_test(self, path: str) -> bool:
        """Return True for a file of tests, and for a module that is compiled for tests alone."""
        return is_test_file(path) or path in self.modules


async def read_material(repo: Repository, change: Change, phase: Phase) -> Material:
    """Return what of *change* base's tests are made of; other files are read only where something may be it."""
    code = {
        path: (before, after)
        for path in change.modified()
        if path.endswith(".rs") and not is_test_file(path)
        if (before := change.before(path)) is not None and (after := change.after(path)) is not None
    }
    valued = {p: both for p, both in code.items() if written_constants(both[0]) != written_constants(both[1])}
    loose = {path for path in change.changed if path in change.base and _is_loose(path)}
    loose = {path for path in loose if not is_listed(path, phase.files)}
    holders = (
        {p for p in change.base if p.endswith(".rs") and (is_test_file(p) or p in code)} if loose or valued else set()
    )
    wanted = holders | {place for path in code for place in declaring(path)}
    wanted = {path for path in wanted if path in change.base and change.base[path].mode in REGULAR}
    blobs = await read_blobs(repo, (change.base[path].blob for path in wanted))
    sources = {path: blobs[change.base[path].blob] for path in wanted}
    tests = {path: source for path, source in sources.items() if path in holders}
    asked = asked_constants(tests, valued)
    return Material(
        helpers=await _helpers(repo, change) if _is_silent(change) else frozenset(),
        modules=frozenset(path for path in code if is_gated(sources, path)),
        kits=frozenset(path for path in code if _KIT.search(path) and not is_listed(path, phase.files)),
        data=named_by_tests(tests, loose),
        constants={path: left for path, names in asked.items() if (left := _unnamed(names, phase))},
    )


def _is_silent(change: Change) -> bool:
    """Return True where a changed file has a test in which nothing can fail."""
    sources = (change.after(path) for path in change.changed if path.endswith(".rs"))
    tests = (one for source in sources if source is not None for one in scan_rust(source).tests.values())
    return any(not (test.checks or test.should_panic) for test in tests)


async def _helpers(repo: Repository, change: Change) -> frozenset[str]:
    entries = [entry for path, entry in change.head.items() if path.endswith(".rs") and is_test_file(path)]
    blobs = await read_blobs(repo, (entry.blob for entry in entries if entry.mode in REGULAR))
    return asserting_helpers(scan_rust(source, is_test_file=True) for source in blobs.values())


def _is_loose(path: str) -> bool:
    """Return True for what a test may read, by `include!` and `#[path]` too, and no build compiles by itself."""
    if path.endswith((".toml", ".lock")):
        return False
    return not path.endswith(".rs") or re.search(r"(^|/)(src|tests)/", path) is None


def _unnamed(names: frozenset[str], phase: Phase) -> frozenset[str]:
    return frozenset(name for name in names if name.rpartition("::")[2] not in phase.text)


def named_by_tests(sources: Mapping[str, bytes], paths: Iterable[str]) -> frozenset[str]:
    """Return those of *paths* that test code names in a text: `"data/fees.csv"`, `"cases.in"`.

    Args:
        sources: path → content, at base, of the files that hold tests.
    """
    texts = [text for path, source in sources.items() for text in _texts(path, source)]
    return frozenset(path for path in paths if any(_is_name_of(text, path) for text in texts))


def asked_constants(
    sources: Mapping[str, bytes], changed: Mapping[str, tuple[bytes, bytes]]
) -> dict[str, frozenset[str]]:
    """Return path → the constants in it whose value is another one, and that test code names.

    Args:
        sources: path → content, at base, of the files that hold tests.
        changed: path → content at base, and now, of code.
    """
    words = {word for path, source in sources.items() for word in _words(path, source)}
    found = {}
    for path, (before, after) in changed.items():
        old, new = written_constants(before), written_constants(after)
        other = {name for name in old.keys() & new.keys() if old[name] != new[name]}
        asked = frozenset(name for name in other if name.rpartition("::")[2] in words)
        if asked:
            found[path] = asked
    return found


def _test_code(path: str, source: bytes) -> list[bytes]:
    if is_test_file(path):
        return [source]
    return [source[start:end] for start, end in item_ranges(source).values()]


def _texts(path: str, source: bytes) -> set[str]:
    code = _test_code(path, source)
    return {text.decode("utf-8", "replace") for part in code for text in _TEXT.findall(part)}


def _words(path: str, source: bytes) -> set[str]:
    return {word.decode() for part in _test_code(path, source) for word in re.findall(rb"\b[A-Z][A-Z0-9_]+\b", part)}


def _is_name_of(text: str, path: str) -> bool:
    """Return True where *text* ends like *path*, or like the folder that it lies in."""
    parts = [part for part in text.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts or " " in text:
        return False
    end = "/" + "/".join(parts)
    folder = path.rpartition("/")[0]
    return f"/{path}".endswith(end) if "." in parts[-1] else f"/{folder}".endswith(end)
