"""Keep one folder the copy of another, at the cost of what differs."""

import os
import shutil
from pathlib import Path


def mirror(source: Path, to: Path) -> None:
    """Make *to* hold what *source* holds: files of the same size and time stamp are taken for the same.

    Incremental state of compilations is left out: it is many times as large as what it saves.

    Raises:
        OSError: from the operating system.
    """
    to.mkdir(exist_ok=True)
    have = {entry.name: entry for entry in os.scandir(to)}
    wanted = {entry.name: entry for entry in os.scandir(source) if _is_kept(entry)}
    if ".fingerprint" in wanted:
        wanted.pop("incremental", None)
    for name, entry in wanted.items():
        old = have.get(name)
        if entry.is_dir(follow_symlinks=False):
            if old and not old.is_dir(follow_symlinks=False):
                _remove(old)
            mirror(Path(entry.path), to / name)
        elif old is None or not _are_same(entry, old):
            if old:
                _remove(old)
            shutil.copy2(entry.path, to / name, follow_symlinks=False)
    for name, old in have.items():
        if name not in wanted:
            _remove(old)
    shutil.copystat(source, to)


def _is_kept(entry: os.DirEntry[str]) -> bool:
    """Return False for pipes, sockets and devices: no build needs them again."""
    return entry.is_symlink() or entry.is_dir() or entry.is_file()


def _are_same(one: os.DirEntry[str], other: os.DirEntry[str]) -> bool:
    a, b = one.stat(follow_symlinks=False), other.stat(follow_symlinks=False)
    return (a.st_mode, a.st_size, a.st_mtime_ns) == (b.st_mode, b.st_size, b.st_mtime_ns)


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path)
    else:
        Path(entry.path).unlink()
