"""Which files rustc read, by the dependency files that it leaves beside what it makes."""

from collections.abc import Iterable
from pathlib import Path

from phasewright.cargo.bench import CargoBench


def compiled_files(artifacts: Iterable[str], bench: CargoBench) -> tuple[str, ...]:
    """Return the checkout's files that went into *artifacts*, as paths from its root."""
    found: set[str] = set()
    for artifact in artifacts:
        path = Path(artifact)
        for stem in {path.stem, path.stem.removeprefix("lib"), path.name}:
            found |= _read_dependencies(path.with_name(f"{stem}.d"), bench)
    return tuple(sorted(found))


def _read_dependencies(path: Path, bench: CargoBench) -> set[str]:
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return set()
    found = set()
    for line in lines:
        _, _, names = line.partition(": ")
        words = names.replace("\\ ", "\0").split() if names else [line.removesuffix(":")] if line.endswith(":") else []
        for word in words:
            file = bench.root / word.replace("\0", " ")
            if file.is_relative_to(bench.checkout):
                found.add(str(file.relative_to(bench.checkout)))
    return found
