"""The toolchain that base asks for: a candidate's `rust-toolchain.toml` may name a cargo of its own."""

import hashlib

from phasewright.cargo.toolchain import CargoToolchain, find_toolchain
from phasewright.gate.objects import Tree, read_blobs
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import Repository

_FILES = ("rust-toolchain.toml", "rust-toolchain")


async def pinned_toolchain(repo: Repository, base: Tree, place: GatePlace) -> CargoToolchain:
    """Return the toolchain chosen by *base*'s own files, asked in a folder that holds nothing else.

    Raises:
        PreflightFailed: it is not installed, or a part of it is missing.
    """
    chosen = {name: base[name].blob for name in _FILES if name in base}
    contents = await read_blobs(repo, chosen.values())
    digest = hashlib.sha256(repr(sorted(chosen.items())).encode()).hexdigest()[:12]
    folder = place.folder / "toolchains" / digest
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, blob in chosen.items():
        (folder / name).write_bytes(contents[blob])
    return await find_toolchain(folder)
