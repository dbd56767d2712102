"""Move the user's HEAD, index and files to the tip of the run's branch: the only step that touches them.

The intent is on the disk before the first change, so whoever comes after a crash can finish what was begun. Git's own
order is files, index, HEAD; at each point `finish_delivery` knows what is there.
"""

import contextlib
import json
import os
import time
from pathlib import Path

from pydantic import BaseModel, ValidationError

from phasewright.errors import CommandFailed, DeliveryRefused
from phasewright.git.command import git, git_bytes, run_git
from phasewright.git.history import current_branch, dirty_paths, head_commit, is_ancestor, read_file
from phasewright.git.odd_names import join_z, readable
from phasewright.git.repository import Repository

_NAMED_AT_MOST = 5


class Intent(BaseModel, frozen=True):
    """What a delivery is about to do."""

    old: str
    new: str
    pid: int
    pid_born: str = ""
    """The kernel's start time of that process: a later one may have the same number."""
    started_at: float
    """Seconds since the epoch."""


async def deliver_fast_forward(repo: Repository, *, expected_head: str, tip: str, intent: Path) -> None:
    """Bring HEAD from *expected_head* to *tip*, with index and files. Other changes in the work tree stay as they are.

    Args:
        intent: a file of ours; it is gone again when this is done.

    Raises:
        DeliveryRefused: HEAD is elsewhere, or files are in the way; nothing has changed.
    """
    head = await head_commit(repo)
    if head == tip:
        intent.unlink(missing_ok=True)
        return
    if head != expected_head or not await is_ancestor(repo, head, tip):
        raise DeliveryRefused(
            f"HEAD is at {head[:12]}, not at {expected_head[:12]} any more; merge {tip[:12]} yourself"
        )
    told = Intent(old=head, new=tip, pid=os.getpid(), pid_born=_born(os.getpid()), started_at=time.time())
    _write(intent, told)
    try:
        await _move(repo, told)
    except DeliveryRefused:
        intent.unlink(missing_ok=True)
        raise
    intent.unlink(missing_ok=True)


async def finish_delivery(repo: Repository, intent: Path) -> None:
    """Finish the delivery that *intent* tells of; nothing to do without that file.

    Raises:
        DeliveryRefused: the user has gone on since; their files are left alone.
    """
    try:
        told = Intent.model_validate_json(intent.read_bytes())
    except (OSError, ValidationError):
        intent.unlink(missing_ok=True)  # written whole or not at all: nothing has begun
        return
    if told.pid != os.getpid() and told.pid_born and _born(told.pid) == told.pid_born:
        raise DeliveryRefused(f"process {told.pid} is delivering now")
    await _drop_our_locks(repo, told)
    try:
        await _finish(repo, told)
    except DeliveryRefused:
        intent.unlink(missing_ok=True)  # said once; from now on what is there is the user's
        raise
    intent.unlink(missing_ok=True)


async def _finish(repo: Repository, told: Intent) -> None:
    head = await head_commit(repo)
    if head == told.old:
        await _take_back_files(repo, told)
        await _move(repo, told)
    elif not await is_ancestor(repo, told.new, head):
        raise DeliveryRefused(f"HEAD is at {head[:12]}, no more at {told.old[:12]}; merge {told.new[:12]} yourself")


async def _move(repo: Repository, told: Intent) -> None:
    old, new = told.old, told.new
    in_the_way = await _in_the_way(repo, old, new)
    if in_the_way:
        named = ", ".join(in_the_way[:_NAMED_AT_MOST])
        raise DeliveryRefused(f"files are in the way of {new[:12]}: {named}; move them, then merge {new[:12]} yourself")
    # Restored from a backup, say, files look changed until git has read them again.
    await run_git(repo, "update-index", "-q", "--refresh", work_tree=repo.root, deadline_seconds=600)
    done = await run_git(repo, "read-tree", "-m", "-u", old, new, work_tree=repo.root, deadline_seconds=600)
    if (done.exit_code or 0) < 0:
        done.expect(0)  # killed: the intent stands, and whoever resumes finishes it
    if done.exit_code != 0:
        words = " ".join(done.stderr.decode("utf-8", "replace").replace("error: ", "").split())
        raise DeliveryRefused(f"files are in the way of {new[:12]}: {words}")
    try:
        await git(repo, "update-ref", "-m", "phasewright: delivered", "HEAD", new, old, work_tree=repo.root)
    except CommandFailed as problem:
        await _drop_our_locks(repo, told)
        if await head_commit(repo) == new:  # killed after the move
            return
        await run_git(repo, "read-tree", "-m", "-u", new, old, work_tree=repo.root, deadline_seconds=600)
        raise DeliveryRefused(f"HEAD moved while {new[:12]} was being delivered; merge it yourself") from problem


async def _in_the_way(repo: Repository, old: str, new: str) -> list[str]:
    """Return untracked files that *new* would replace. Git itself overwrites ignored ones, but they are the user's."""
    listing = await git_bytes(repo, "diff-tree", "-r", "-z", "--name-status", "--no-renames", old, new)
    fields = [os.fsdecode(field) for field in listing.split(b"\0")]
    changes = dict(zip(fields[1::2], fields[::2], strict=False))
    going = {path for path, kind in changes.items() if kind == "D"}
    return [readable(p) for p, kind in changes.items() if kind == "A" and _is_taken(repo.root, p, going)]


def _is_taken(root: Path, path: str, going: set[str]) -> bool:
    parts = path.split("/")
    for parent in ("/".join(parts[:n]) for n in range(1, len(parts))):
        if os.path.lexists(root / parent) and (not (root / parent).is_dir() or (root / parent).is_symlink()):
            return parent not in going
    if (root / path).is_dir() and not (root / path).is_symlink():
        below = (Path(folder) / name for folder, _, names in os.walk(root / path) for name in names)
        return any(str(file.relative_to(root)) not in going for file in below)
    return os.path.lexists(root / path)


async def _take_back_files(repo: Repository, told: Intent) -> None:
    """Bring what was already written back to *old*, so that the move can be made again.

    Raises:
        DeliveryRefused: a file holds neither old, nor new, nor the beginning of new content: the user wrote it.
    """
    index_tree = (await run_git(repo, "write-tree", work_tree=repo.root)).text.strip()
    if index_tree == (await git(repo, "rev-parse", f"{told.new}^{{tree}}")).strip():
        await git(repo, "read-tree", told.old, work_tree=repo.root)  # files are at new, the index too: only HEAD is not
    paths = await _differing(repo, told)
    theirs = [path for path in paths if not await _is_ours(repo, told, path)]
    if theirs:
        named = ", ".join(readable(path) for path in theirs[:_NAMED_AT_MOST])
        raise DeliveryRefused(f"changed since the delivery was cut short: {named}; merge {told.new[:12]} yourself")
    for path in paths:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            (repo.root / path).unlink()
    kept = [path for path in paths if await read_file(repo, told.old, path) is not None]
    await git(repo, "checkout-index", "-f", "-z", "--stdin", stdin=join_z(kept), work_tree=repo.root)
    await run_git(repo, "update-index", "-q", "--refresh", work_tree=repo.root)


async def _differing(repo: Repository, told: Intent) -> list[str]:
    listing = await git_bytes(repo, "diff-tree", "-r", "-z", "--name-only", "--no-renames", told.old, told.new)
    dirty = set(await dirty_paths(repo))
    return [os.fsdecode(path) for path in listing.split(b"\0") if path and readable(path) in dirty]


async def _is_ours(repo: Repository, told: Intent, path: str) -> bool:
    place = repo.root / path
    if not os.path.lexists(place):
        return True
    if place.is_dir() and not place.is_symlink():
        return not any(place.iterdir())
    there = os.fsencode(place.readlink()) if place.is_symlink() else place.read_bytes()
    old, new = await _as_checked_out(repo, told.old, path), await _as_checked_out(repo, told.new, path)
    return there == old or (new is not None and new.startswith(there))


async def _as_checked_out(repo: Repository, commit: str, path: str) -> bytes | None:
    """Return the file's bytes as git writes them: line endings and filters applied."""
    plain = await read_file(repo, commit, path)
    if plain is None:
        return None
    name = f"{commit}:{path}"
    if not name.isprintable():
        return plain
    filtered = await run_git(repo, "cat-file", "--filters", name, work_tree=repo.root)
    return filtered.stdout if filtered.exit_code == 0 else plain


async def _drop_our_locks(repo: Repository, told: Intent) -> None:
    """The user's own locks are never touched: ours are younger than the intent, and their maker is dead."""
    branch = await current_branch(repo)
    locks = [repo.head_dir / "index.lock", repo.head_dir / "HEAD.lock"]
    for lock in [*locks, *([repo.git_dir / f"refs/heads/{branch}.lock"] if branch else [])]:
        with contextlib.suppress(OSError):
            if lock.stat().st_mtime >= told.started_at - 1:
                lock.unlink()


def _write(path: Path, told: Intent) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(path.name + ".tmp")
    with draft.open("w") as file:
        file.write(json.dumps(told.model_dump()))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _born(pid: int) -> str:
    """Return when *pid* started, in the kernel's ticks; an empty text when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
