"""The one place that starts programs. Nothing else imports `sh` or `subprocess`; a test says so.

Every program gets an argument list, a whole environment, standard input from a file, a session of its own and a
deadline. Output goes to files, so a grandchild that keeps a pipe open cannot hold us; head and tail are kept. Its
process group is killed afterwards in every case. What leaves the group (`setsid`) is the sandbox's to end: its pid
namespace dies with it. `sh`'s own `_timeout` is not used: it leaves grandchildren behind.
"""

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import sh
from pydantic import BaseModel

from phasewright.errors import CommandFailed

KEEP_BYTES = 64_000
"""Bytes of output kept at each end where the caller says nothing else."""
OUTPUT_LIMIT_BYTES = 200_000_000
_POLL_SECONDS = 0.1
_GROUP_DIES_SECONDS = 1.0
_ANY_EXIT_CODE = list(range(-64, 256))


class Finished(BaseModel, frozen=True):
    """How a program ended. A program's own failure is never an exception."""

    argv: tuple[str, ...]
    exit_code: int | None
    """None: killed by us (deadline, output limit). Negative: died by that signal."""
    stdout: bytes
    """Standard output and, unless split, standard error: head and tail with a line in between that counts the rest."""
    stderr: bytes = b""
    output_bytes: int = 0
    output_sha256: str = ""
    duration_seconds: float = 0.0
    timed_out: bool = False
    too_much_output: bool = False
    disk_full: bool = False
    """True when it was ended because hardly any space was left."""

    @property
    def text(self) -> str:
        """Standard output as text; bytes that are not UTF-8 are replaced."""
        return self.stdout.decode("utf-8", "replace")

    def expect(self, *exit_codes: int) -> "Finished":
        """Return self when the exit code is one of *exit_codes* (0 when none is named).

        Raises:
            CommandFailed: with the output, otherwise.
        """
        if self.exit_code in (exit_codes or (0,)):
            return self
        raise CommandFailed(self.argv, self.exit_code, (self.stderr or self.stdout).decode("utf-8", "replace"))


async def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    deadline_seconds: float,
    stdin: bytes = b"",
    split: bool = False,
    keep_bytes: int = KEEP_BYTES,
    output_limit_bytes: int = OUTPUT_LIMIT_BYTES,
    output_path: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> Finished:
    """Run *argv* to its end, its deadline or its output limit, and leave nothing of its group behind.

    Args:
        split: keep standard error apart from standard output.
        output_path: keep the whole output in this file too.

    Raises:
        CommandFailed: the program cannot be started. Nothing else about the program raises.
    """
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(tempfile.TemporaryFile())
        source.write(stdin)
        source.seek(0)
        out: BinaryIO = stack.enter_context(_output_file(output_path))
        err: BinaryIO = stack.enter_context(tempfile.TemporaryFile()) if split else out
        running = _start(argv, cwd, env, source, out, err, pass_fds)
        end = started + deadline_seconds
        try:
            timed_out, too_much = await _wait(running, (out, err), end, output_limit_bytes)
        finally:
            _kill_group(running.pid)
            await asyncio.shield(_reap(running))
        return Finished(
            argv=tuple(argv),
            exit_code=None if timed_out or too_much else running.exit_code,
            stdout=_head_and_tail(out, keep_bytes),
            stderr=_head_and_tail(err, keep_bytes) if split else b"",
            output_bytes=out.seek(0, os.SEEK_END),
            output_sha256=_digest(out),
            duration_seconds=round(time.monotonic() - started, 3),
            timed_out=timed_out,
            too_much_output=too_much,
        )


def run_blocking(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], deadline_seconds: float, stdin: bytes = b""
) -> Finished:
    """Do what `run` does, where no event loop runs. Standard error is kept apart."""
    return asyncio.run(run(argv, cwd=cwd, env=env, deadline_seconds=deadline_seconds, stdin=stdin, split=True))


def start_detached(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, pass_fds: Sequence[int] = ()
) -> int:
    """Start a program that outlives us, in a session of its own, its output appended to *log*; return its pid."""
    with log.open("ab") as out, Path(os.devnull).open("rb") as source, ThreadPoolExecutor(1) as aside:
        # Not from the event loop's thread: sh would call that loop when the program ends, long after it has closed.
        return int(aside.submit(_start, argv, cwd, env, source, out, out, pass_fds).result().pid)


def which(program: str, path: str | None = None) -> Path | None:
    """Return where *program* is, on *path* or on our PATH; None when it is not there."""
    found = shutil.which(program, path=path)
    return Path(found) if found else None


def _output_file(path: Path | None) -> BinaryIO:
    return path.open("w+b") if path else tempfile.TemporaryFile()


def _start(
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    source: BinaryIO,
    out: BinaryIO,
    err: BinaryIO,
    pass_fds: Sequence[int],
) -> "sh.RunningCommand":
    try:
        command = sh.Command(argv[0])
        return command(
            *argv[1:],
            _cwd=str(cwd),
            _env=dict(env),
            _in=source,
            _out=out,
            _err=err,
            _bg=True,
            _bg_exc=False,
            _return_cmd=True,
            _new_session=True,
            _tty_out=False,
            _tty_in=False,
            _ok_code=_ANY_EXIT_CODE,
            _pass_fds=set(pass_fds),
        )
    except (sh.CommandNotFound, sh.ForkException, OSError) as problem:
        raise CommandFailed(argv, None, f"cannot be started: {problem}") from problem


async def _wait(
    running: "sh.RunningCommand", outputs: tuple[BinaryIO, BinaryIO], end: float, limit_bytes: int
) -> tuple[bool, bool]:
    """Return (deadline passed, too much output) once the program itself has ended or must end."""
    pause = 0.002
    with _told_of_end(running.pid) as ended:
        while running.is_alive():
            if time.monotonic() >= end:
                return True, False
            if any(os.fstat(output.fileno()).st_size > limit_bytes for output in outputs):
                return False, True
            if ended.is_set():
                await asyncio.sleep(0.0005)  # sh takes it in at once, in a thread of its own
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), pause)
            # Where nothing tells us, what is noticed late adds a tenth to what it took.
            pause = min(pause * 1.1, _POLL_SECONDS)
    return False, False


@contextlib.contextmanager
def _told_of_end(pid: int) -> Iterator[asyncio.Event]:
    """Yield an event that the kernel sets when the program ends; where it cannot, it stays unset."""
    ended = asyncio.Event()
    try:
        handle = os.pidfd_open(pid)
    except (AttributeError, OSError):
        yield ended
        return
    loop = asyncio.get_running_loop()

    def note() -> None:
        loop.remove_reader(handle)
        ended.set()

    loop.add_reader(handle, note)
    try:
        yield ended
    finally:
        loop.remove_reader(handle)
        os.close(handle)


async def _reap(running: "sh.RunningCommand") -> None:
    while running.is_alive():
        await asyncio.sleep(0.005)
    running.wait()
    # The rest of the group has been killed, but on a busy machine dies a moment later.
    end = time.monotonic() + _GROUP_DIES_SECONDS
    while _has_living_members(running.pid) and time.monotonic() < end:
        await asyncio.sleep(0.005)


def _has_living_members(group: int) -> bool:
    """Zombies do not count: who collects them, and when, is not ours to say."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its_group = place.read_bytes().rpartition(b")")[2].split()[:3]
            if int(its_group) == group and state not in (b"Z", b"X"):
                return True
    return False


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _head_and_tail(file: BinaryIO, keep_bytes: int) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= 2 * keep_bytes:
        return file.read()
    head = file.read(keep_bytes)
    file.seek(size - keep_bytes)
    return head + f"\n[... {size - 2 * keep_bytes} bytes left out ...]\n".encode() + file.read()


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
