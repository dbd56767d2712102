"""Which language's tools judge a repository, as base has it: a candidate may name tools of its own."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from phasewright.cargo.cargo import Cargo
from phasewright.cargo.toolchain import find_toolchain
from phasewright.gate.language import has_manifest, is_python
from phasewright.gate.objects import Tree, read_blobs
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import Repository
from phasewright.python.installed import find_pytest
from phasewright.toolchain.protocol import Installed

_FILES = ("rust-toolchain.toml", "rust-toolchain")


async def installed_for(repo: Repository, base: Tree, place: GatePlace, head: Iterable[str] = ()) -> Installed:
    """Return the tools for *base*, or, where it has nothing to build yet, for the paths of *head*.

    Raises:
        PreflightFailed: they are not installed, or a part of them is missing.
    """
    if is_python(base) or (not has_manifest(base, Cargo.manifest) and is_python(head)):
        return await find_pytest(repo.root)
    return Cargo(await find_toolchain(await _choice(repo, base, place)))


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
