"""Which language's tools judge a repository, as base has it: a candidate may name tools of its own."""

import hashlib
import posixpath
from collections.abc import Iterable
from pathlib import Path

from phasewright.cargo.cargo import Cargo
from phasewright.cargo.toolchain import find_toolchain
from phasewright.gate.objects import Tree, read_blobs
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import Repository
from phasewright.python.installed import Pytest, find_pytest
from phasewright.toolchain.protocol import Installed

_FILES = ("rust-toolchain.toml", "rust-toolchain")


async def installed_for(repo: Repository, base: Tree, place: GatePlace, head: Iterable[str] = ()) -> Installed:
    """Return the tools for *base*, or, where it has nothing to build yet, for the paths of *head*.

    Raises:
        PreflightFailed: they are not installed, or a part of them is missing.
    """
    if _is_python(base) or (not _has(base, Cargo.manifest) and _is_python(head)):
        return await find_pytest(repo.root)
    return Cargo(await find_toolchain(await _choice(repo, base, place)))


def _is_python(paths: Iterable[str]) -> bool:
    """Return True for a repository of Python alone: beside Rust, Python is judged by what the plan asks for."""
    paths = list(paths)
    return _has(paths, Pytest.manifest) and not _has(paths, Cargo.manifest)


def _has(paths: Iterable[str], manifest: str) -> bool:
    return any(posixpath.basename(path) == manifest for path in paths)


async def _choice(repo: Repository, base: Tree, place: GatePlace) -> Path:
    """Return a folder that holds nothing but *base*'s own choice of a Rust toolchain."""
    chosen = {name: base[name].blob for name in _FILES if name in base}
    contents = await read_blobs(repo, chosen.values())
    digest = hashlib.sha256(repr(sorted(chosen.items())).encode()).hexdigest()[:12]
    folder = place.folder / "toolchains" / digest
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, blob in chosen.items():
        (folder / name).write_bytes(contents[blob])
    return folder
