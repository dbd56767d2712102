"""Locks in the common git dir. They are the kernel's: whatever happens to the holder, they are free again."""

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

from phasewright.errors import InfrastructureError, PreflightFailed, RunLocked
from phasewright.git.repository import Repository


class PlanLock:
    """One run of a plan at a time, on this machine, in whichever work tree."""

    def __init__(self, repo: Repository, plan_path: Path, run_id: str) -> None:
        digest = hashlib.sha256(os.fsencode(os.path.realpath(plan_path))).hexdigest()[:16]
        self.path = repo.git_dir / f"phasewright-plan-{digest}.lock"
        self.plan_path = plan_path
        self.run_id = run_id
        self._fd: int | None = None

    def acquire(self) -> None:
        """Hold the lock until `release` or the end of this process.

        Raises:
            RunLocked: another run holds it; names its pid and run.
            PreflightFailed: the git dir cannot be written or does not know locks.
        """
        # Not inherited by children: one that outlives us would keep the lock.
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as problem:
            raise PreflightFailed([f"cannot write in {str(self.path.parent)!r}: {problem.strerror}"]) from problem
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read_holder(fd)
            os.close(fd)
            raise RunLocked(f"{str(self.plan_path)!r} is being run by {holder}; wait for it or stop it") from None
        except OSError as problem:
            os.close(fd)
            raise PreflightFailed([f"no file locks in {str(self.path.parent)!r}: {problem.strerror}"]) from problem
        self._fd = fd
        note = {"pid": os.getpid(), "run": self.run_id, "host": socket.gethostname(), "since": int(time.time())}
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps(note).encode(), 0)

    def release(self) -> None:
        """Let go. The file stays: removing it would race with the next holder."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


@contextlib.asynccontextmanager
async def worktree_lock(repo: Repository, deadline_seconds: float = 60) -> AsyncIterator[None]:
    """Serialise `git worktree add` and its undoing: run side by side, up to half of them fail (measured).

    Raises:
        InfrastructureError: somebody held it too long.
    """
    path = repo.git_dir / "phasewright-worktrees.lock"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + deadline_seconds
    try:
        while not _try_lock(fd):
            if time.monotonic() > end:
                raise InfrastructureError(f"{str(path)!r} was locked for {deadline_seconds:.0f} s")
            await asyncio.sleep(0.01)
        yield
    finally:
        os.close(fd)


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_holder(fd: int) -> str:
    try:
        note = json.loads(os.pread(fd, 4096, 0))
        return f"process {note['pid']} on {note['host']} (run {note['run']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
