"""As root, agents run as a uid that owns nothing else; what they may write is given to it."""

import os
from pathlib import Path

SPARE_ID = 60_987
"""uid and gid: in the range that no distribution assigns (systemd, "Users, Groups, UIDs and GIDs", 60706-61183 unused;
60578-60705 and this one likewise)."""
_DEEPEST = 200


def hand_over(path: Path) -> None:
    """As root, give *path* and all below to the sandbox's uid; do nothing as anybody else.

    A single file is cheap: call it for what you write into a workspace. Symlinks are changed, never followed, so
    an agent that swaps folders meanwhile gains nothing. Below 200 levels, where only agents build, it stops.
    """
    if os.geteuid() != 0:
        return
    parent = _open_folder(path.parent)
    try:
        _give(parent, os.fsencode(path.name), _DEEPEST)
    finally:
        os.close(parent)


def _open_folder(path: Path) -> int:
    """Open *path* step by step: a symlink that lies in a folder of an agent's is not followed.

    Raises:
        OSError: ELOOP or ENOTDIR for such a symlink.
    """
    folder = os.open(path.anchor or ".", os.O_RDONLY | os.O_DIRECTORY)
    for part in path.parts[1:] if path.anchor else path.parts:
        try:
            follow = 0 if os.fstat(folder).st_uid != SPARE_ID else os.O_NOFOLLOW
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | follow, dir_fd=folder)
        finally:
            os.close(folder)
        folder = inner
    return folder


def _give(folder: int, name: bytes, levels: int) -> None:
    try:
        inside = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    except NotADirectoryError:
        _change(folder, name)
        return
    except OSError:  # a symlink (ELOOP), or gone
        _change(folder, name)
        return
    try:
        os.fchown(inside, SPARE_ID, SPARE_ID)
        with os.scandir(inside) as entries:
            names = [(os.fsencode(entry.name), entry.is_dir(follow_symlinks=False)) for entry in entries]
        for child, is_folder in names:
            if not is_folder:
                _change(inside, child)
            elif levels:
                _give(inside, child, levels - 1)
    finally:
        os.close(inside)


def _change(folder: int, name: bytes) -> None:
    try:
        os.chown(name, SPARE_ID, SPARE_ID, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
