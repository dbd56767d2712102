"""Move a ref that is a run's own, whatever a killed git left beside it."""

import asyncio
import time
from pathlib import Path

from phasewright.errors import RefMoved, UsageError
from phasewright.git.command import run_git
from phasewright.git.repository import Repository
from phasewright.process import Finished

_LOCK_TRIES = 5
_STALE_LOCK_SECONDS = 2.0


async def update_ref(repo: Repository, ref: str, new: str, *, old: str | None = None, why: str) -> None:
    """Point *ref*, a full name, at *new*; with *old*, only if it is there now (all zeros: if it does not exist).

    A lock file may be a moment of a user's `git gc`, or all that is left of a killed git. It is waited for, and
    dropped when it is old: the plan's lock makes a run's refs ours alone.

    Raises:
        UsageError: git takes no ref of this name here.
        RefMoved: it was not at *old*; nothing has changed.
    """
    arguments = ("-m", f"phasewright: {why}", ref, new, *([old] if old else []))
    done = await run_git(repo, "update-ref", *arguments)
    for _ in range(_LOCK_TRIES):
        if done.exit_code == 0 or b".lock': File exists" not in done.stderr:
            break
        await asyncio.sleep(0.2)
        _drop_stale_lock(repo.git_dir / f"{ref}.lock")
        done = await run_git(repo, "update-ref", *arguments)
    if done.exit_code == 0:
        return
    if (done.exit_code or 0) < 0 or b"nonexistent object" in done.stderr:
        done.expect(0)
    if b"' exists; cannot create '" in done.stderr:
        raise UsageError(f"{ref!r} cannot be made: {_words(done)}; rename the branch that is in the way")
    raise RefMoved(f"{ref!r} cannot move from {(old or 'where it is')[:12]} to {new[:12]}: {_words(done)}")


def _drop_stale_lock(lock: Path) -> None:
    try:
        if time.time() - lock.stat().st_mtime > _STALE_LOCK_SECONDS:
            lock.unlink()
    except OSError:
        return


def _words(done: Finished) -> str:
    return " ".join(done.stderr.decode("utf-8", "replace").removeprefix("fatal: ").split())
