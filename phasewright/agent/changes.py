"""Which files of a workspace changed between two looks, from git and the file system."""

import os
from typing import NamedTuple

from phasewright.tools.workbench import Workbench

_SECONDS = 60.0
_LIST_BYTES = 4_000_000


class Stamp(NamedTuple):
    """What tells one state of a file from another."""

    modified_ns: int
    size: int


Look = dict[str, Stamp | None]
"""Path → stamp of every file that differs from the workspace's commit; None: it is gone."""


async def look(bench: Workbench) -> Look:
    """Return how the workspace differs from its commit now; empty where git cannot tell."""
    argv = ["git", "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]
    finished = await bench.run(argv, timeout_seconds=_SECONDS, keep_bytes=_LIST_BYTES)
    if finished.exit_code != 0:
        return {}
    paths = [os.fsdecode(entry[3:]) for entry in finished.stdout.split(b"\0") if len(entry) > 3]
    return {path: _stamp(bench, path) for path in paths}


def changed_between(before: Look, after: Look) -> tuple[str, ...]:
    """Return the paths whose state differs, sorted."""
    return tuple(sorted(p for p in before.keys() | after.keys() if before.get(p, _SAME) != after.get(p, _SAME)))


_SAME = Stamp(-1, -1)


def _stamp(bench: Workbench, path: str) -> Stamp | None:
    try:
        status = os.lstat(bench.workspace / path)
    except OSError:
        return None
    return Stamp(status.st_mtime_ns, status.st_size)
