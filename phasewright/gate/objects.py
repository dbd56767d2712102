"""Commits as the gate reads them: trees and blobs, byte for byte. No filter, attribute or hook acts."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from phasewright.errors import CommandFailed
from phasewright.git.command import git_bytes
from phasewright.git.repository import Repository

REGULAR = ("100644", "100755")
LINK, SUBMODULE = "120000", "160000"


class Entry(NamedTuple):
    """A file in a tree."""

    mode: str
    blob: str


Tree = Mapping[str, Entry]
"""Path → entry. Bytes of a path that are not UTF-8 are surrogates, as in `os.fsdecode`."""


async def read_tree(repo: Repository, commit: str) -> dict[str, Entry]:
    """Return every file of *commit*."""
    out = await git_bytes(repo, "ls-tree", "-r", "-z", "--full-tree", commit)
    tree: dict[str, Entry] = {}
    for row in out.split(b"\0"):
        if row:
            head, _, path = row.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            tree[path.decode("utf-8", "surrogateescape")] = Entry(mode, blob)
    return tree


async def read_blobs(repo: Repository, blobs: Iterable[str]) -> dict[str, bytes]:
    """Return the contents of *blobs*, all read by one program."""
    wanted = list(dict.fromkeys(blobs))
    if not wanted:
        return {}
    out = await git_bytes(repo, "cat-file", "--batch", stdin="\n".join(wanted).encode() + b"\n")
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
