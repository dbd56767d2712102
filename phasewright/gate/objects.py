"""Commits as the gate reads them: trees and blobs, byte for byte. No filter, attribute or hook of the repository's acts."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from phasewright import process
from phasewright.errors import CommandFailed

if TYPE_CHECKING:
    from phasewright.git.repository import Repository

REGULAR = ("100644", "100755")
LINK, SUBMODULE = "120000", "160000"
_KEEP_BYTES = 512_000_000


class Entry(NamedTuple):
    """A file in a tree."""

    mode: str
    blob: str


Tree = Mapping[str, Entry]
"""Path → entry. Bytes of a path that are not UTF-8 are surrogates, as in `os.fsdecode`."""


async def read_tree(repo: "Repository", commit: str) -> dict[str, Entry]:
    """Return every file of *commit*."""
    out = await _git(repo, ["ls-tree", "-r", "-z", "--full-tree", commit])
    tree: dict[str, Entry] = {}
    for row in out.split(b"\0"):
        if row:
            head, _, path = row.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            tree[path.decode("utf-8", "surrogateescape")] = Entry(mode, blob)
    return tree


async def read_blobs(repo: "Repository", blobs: Iterable[str]) -> dict[str, bytes]:
    """Return the contents of *blobs*, all read by one program."""
    wanted = list(dict.fromkeys(blobs))
    if not wanted:
        return {}
    out = await _git(repo, ["cat-file", "--batch"], stdin="\n".join(wanted).encode() + b"\n")
    found: dict[str, bytes] = {}
    at = 0
    for blob in wanted:
        end = out.index(b"\n", at)
        header = out[at:end].split()
        if len(header) != 3:
            raise CommandFailed(["git", "cat-file"], None, f"{blob} cannot be read")
        size = int(header[2])
        found[blob] = out[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def tree_digest(tree: Tree) -> str:
    """Return what identifies a set of files: equal digests, equal files."""
    digest = hashlib.sha256()
    for path in sorted(tree):
        digest.update(f"{tree[path].mode} {tree[path].blob} {path}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def shown(path: str) -> str:
    """Return *path* as text that can be written anywhere."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


async def _git(repo: "Repository", args: list[str], stdin: bytes = b"") -> bytes:
    env = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    argv = ["git", "-c", "safe.directory=*", f"--git-dir={repo.git_dir}", *args]
    done = await process.run(
        argv, cwd=repo.git_dir, env=env, deadline_seconds=120, stdin=stdin, split=True, keep_bytes=_KEEP_BYTES
    )
    return done.expect(0).stdout
