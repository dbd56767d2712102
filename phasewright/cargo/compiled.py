"""Which files rustc read, by the dependency files that it leaves beside what it makes."""

import posixpath
from collections.abc import Iterable
from pathlib import Path

from phasewright.cargo.bench import CargoBench


def compiled_files(artifacts: Iterable[str], bench: CargoBench) -> tuple[str, ...]:
    """Return the checkout's files that went into *artifacts*, as paths from its root."""
    beside = {
        path.with_name(f"{stem}.d")
        for path in map(Path, artifacts)
        for stem in (path.stem, path.stem.removeprefix("lib"), path.name)
    }
    return tuple(sorted(set().union(*(_read_dependencies(path, bench) for path in beside))))


def _read_dependencies(path: Path, bench: CargoBench) -> set[str]:
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return set()
    words: set[str] = set()
    for line in lines:
        _, _, names = line.partition(": ")
        words.update(names.replace("\\ ", "\0").split())
        if not names and line.endswith(":"):
            words.add(line.removesuffix(":"))
    root, checkout = f"{bench.root}/", f"{bench.checkout}/"
    files = (word.replace("\0", " ") for word in words)
    # What is included from beside a source is written with its way: src/../README.md.
    whole = (posixpath.normpath(file if file.startswith("/") else root + file) for file in files)
    return {file.removeprefix(checkout) for file in whole if file.startswith(checkout)}
