"""A phase's own work tree: detached, outside the repository's folder, made again whenever it is in doubt."""

import contextlib
import os
import time
from pathlib import Path

from phasewright.errors import CommandFailed
from phasewright.git.command import find_entry, git, run_git
from phasewright.git.history import resolve
from phasewright.git.lock import worktree_lock
from phasewright.git.removal import remove_tree
from phasewright.git.repository import Repository
from phasewright.sandbox.ownership import SPARE_ID, hand_over

_CHECKOUT = {"core.sparseCheckout": "false", "checkout.workers": "2"}
_NO_DOWNLOAD = {"GIT_LFS_SKIP_SMUDGE": "1"}
_DEADLINE_SECONDS = 600
_ADDING_TAKES_AT_MOST_SECONDS = 10


async def open_workspace(repo: Repository, place: Path, commit: str) -> None:
    """Make *place* a clean work tree of *commit*. May be called again: whatever a crash or an agent left is undone."""
    commit = await resolve(repo, commit)
    if await _reset(repo, place, commit):
        return
    async with worktree_lock(repo):
        for tries_left in (2, 1, 0):
            await _remove(repo, place)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            argv = ("--no-checkout", "--detach", "--force", str(place), commit)
            added = await run_git(repo, "worktree", "add", *argv)
            # A `git worktree prune` of the user's takes an entry that is half made.
            if added.exit_code == 0 or not tries_left:
                break
        added.expect(0)
    # Outside the lock: the entry is whole, and this takes a hundred times longer.
    await _check_out(repo, place, commit)


async def close_workspace(repo: Repository, place: Path) -> None:
    """Remove the work tree and what the repository knows of it. Nothing there is no error."""
    async with worktree_lock(repo):
        await _remove(repo, place)


def workspaces_below(repo: Repository, folder: Path) -> list[Path]:
    """Return the work trees that the repository knows of below *folder*, in path order."""
    found = []
    for file in repo.git_dir.glob("worktrees/*/gitdir"):
        with contextlib.suppress(OSError):
            found.append(Path(file.read_text("utf-8", "surrogateescape").removesuffix("\n")).parent)
    top = Path(os.path.realpath(folder))
    return sorted(place for place in found if place.is_relative_to(top))


async def _reset(repo: Repository, place: Path, commit: str) -> bool:
    """Return True when a whole work tree was there and is now at *commit* and clean."""
    entry = find_entry(repo, place)
    if entry is None or not _is_whole(entry, place):
        return False
    for lock in entry.glob("*.lock"):  # ours: nobody else works with this entry
        lock.unlink(missing_ok=True)
    try:
        await git(repo, "update-ref", "--no-deref", "HEAD", commit, work_tree=place)
        await _check_out(repo, place, commit)
        await git(repo, "clean", "-ffdxq", work_tree=place, deadline_seconds=_DEADLINE_SECONDS)
    except CommandFailed:
        return False
    await _give_back(repo, place)
    return True


async def _check_out(repo: Repository, place: Path, commit: str) -> None:
    # Not `reset --hard`: it takes locks in the common dir, and killed, leaves one there for the user to trip over.
    done = await run_git(
        repo,
        "read-tree",
        "--reset",
        "-u",
        commit,
        work_tree=place,
        env=_NO_DOWNLOAD,
        settings=_CHECKOUT,
        deadline_seconds=_DEADLINE_SECONDS,
    )
    done.expect(0)


async def _give_back(repo: Repository, place: Path) -> None:
    """As root, in a workspace that was handed over, what git has just written is root's: hand that over too."""
    if os.geteuid() == 0 and place.stat().st_uid == SPARE_ID:
        hand_over(place)
        await run_git(repo, "update-index", "-q", "--refresh", work_tree=place)


def _is_whole(entry: Path, place: Path) -> bool:
    """A kill in the middle of `worktree add` leaves an entry that is locked, or lacks a part."""
    try:
        pointer = (place / ".git").read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    parts = all(_has_content(entry / name) for name in ("HEAD", "commondir"))
    return parts and not (entry / "locked").exists() and pointer == f"gitdir: {entry}\n"


async def _remove(repo: Repository, place: Path) -> None:
    """`worktree remove` and `prune` alone leave locked and half-made entries behind (seen in 3 of 93 kill points)."""
    entry = find_entry(repo, place)
    await remove_tree(place)
    for gone in [*_half_made(repo, place.name), *([entry] if entry else [])]:
        await remove_tree(gone)


def _half_made(repo: Repository, name: str) -> list[Path]:
    """Return entries whose making was killed: one of them is enough to make every later `worktree add` fail.

    Under the lock, those with our name are ours; others count once no `git worktree add` can still be at it.
    """
    found = []
    for entry in repo.git_dir.glob("worktrees/*"):
        with contextlib.suppress(OSError):
            is_ours = entry.name.rstrip("0123456789") == name.rstrip("0123456789")
            is_old = time.time() - entry.stat().st_mtime > _ADDING_TAKES_AT_MOST_SECONDS
            if (is_ours or is_old) and not all(_has_content(entry / part) for part in ("gitdir", "commondir", "HEAD")):
                found.append(entry)
    return found


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0
