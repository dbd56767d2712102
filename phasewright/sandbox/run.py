"""Run one command in a sandbox, and leave nothing of it behind."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from phasewright.errors import CommandFailed, InfrastructureError
from phasewright.process import KEEP_BYTES, Finished
from phasewright.sandbox.box import Sandbox
from phasewright.sandbox.bubblewrap import find_bubblewrap, program_folder
from phasewright.sandbox.command import Command
from phasewright.sandbox.masks import masks_of
from phasewright.sandbox.ownership import SPARE_ID, hand_over
from phasewright.sandbox.profile import Inner, bwrap_argv, mounts_of
from phasewright.sandbox.seccomp import filter_program
from phasewright.sandbox.staging import Stage
from phasewright.sandbox.watcher import kill_marked, watched_mark
from phasewright.sandbox.without import run_bare, why_without

_DYING_TAKES_AT_MOST_SECONDS = 10.0
_DISK_IS_ASKED_EVERY_SECONDS = 1.0
_numbers = itertools.count()


async def run_sandboxed(
    box: Sandbox,
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    deadline_seconds: float,
    keep_bytes: int = KEEP_BYTES,
    output_path: Path | None = None,
    split: bool = False,
    stdin: bytes = b"",
) -> Finished:
    """Run *argv* inside *box* to its end or its deadline; when this returns, every process of it is gone.

    Call it on the event loop's own thread: the sandbox dies with the thread that started it.

    Args:
        cwd: where it starts; the workspace's root if not given.

    Returns:
        As `process.run` does, with *argv* as it was given. A program that died by a signal has 128 + signal.

    Raises:
        SandboxUnavailable: no bubblewrap.
        CommandFailed: the sandbox itself could not be made.
        InfrastructureError: something in it would not die.
    """
    command = Command(tuple(argv), cwd or box.workspace, deadline_seconds, keep_bytes, output_path, split, stdin)
    if why_without() is not None:
        return await run_bare(box, command)
    _see_to_ownership(box)
    return await _run_walled(box, command)


async def _run_walled(box: Sandbox, command: Command) -> Finished:
    mark = f"{watched_mark()}-{next(_numbers)}."
    with contextlib.ExitStack() as fds:
        ear, mouth = _pipe(fds)
        inner = _inner(fds, box, mouth)
        guard = asyncio.create_task(_guard_disk(box, mark))
        try:
            # Bubblewrap is process 1 inside, and its environment can be read there.
            finished = await command.run_as(
                _argv(box, command, inner, mark), cwd=Path("/"), env={}, pass_fds=inner.all()
            )
        finally:
            guard.cancel()
            status = _heard(ear)
            await asyncio.shield(_wait_until_empty(status.get("child-pid"), mark))
    if "exit-code" not in status and (finished.exit_code or 0) > 0:
        words = (finished.stderr or finished.stdout).decode("utf-8", "replace")
        raise CommandFailed(("sandbox", *command.argv), finished.exit_code, words)
    if guard.done() and not guard.cancelled() and guard.exception() is None:
        note = f"\n[ended: less than {box.limits.free_disk_bytes / 1e6:.0f} MB of disk space are free]\n".encode()
        return finished.model_copy(update={"exit_code": None, "disk_full": True, "stdout": finished.stdout + note})
    return finished


async def _guard_disk(box: Sandbox, mark: str) -> None:
    """End the command when the disk is nearly full; a workspace has no quota of its own."""
    while shutil.disk_usage(box.workspace).free >= box.limits.free_disk_bytes:
        await asyncio.sleep(_DISK_IS_ASKED_EVERY_SECONDS)
    kill_marked(mark)


def _see_to_ownership(box: Sandbox) -> None:
    """As root, what must be writable inside belongs to the sandbox's uid; usually it does already."""
    for path in (box.workspace, *box.writable):
        if os.geteuid() == 0 and path.lstat().st_uid != SPARE_ID:
            hand_over(path)


def _inner(fds: contextlib.ExitStack, box: Sandbox, mouth: int) -> Inner:
    program = filter_program()
    return Inner(
        status=mouth,
        masks={place: _memory_file(fds, content) for place, content in masks_of(box).items()},
        seccomp=_memory_file(fds, program) if program else None,
    )


def _pipe(fds: contextlib.ExitStack) -> tuple[int, int]:
    """Return a pipe whose writing end a child may have."""
    ear, mouth = os.pipe()
    fds.callback(os.close, ear)
    fds.callback(os.close, mouth)
    os.set_blocking(ear, False)
    os.set_inheritable(mouth, True)
    return ear, mouth


def _memory_file(fds: contextlib.ExitStack, content: bytes) -> int:
    """Return a file with *content* that a child may read and that has no name."""
    fd = os.memfd_create("phasewright", 0)
    fds.callback(os.close, fd)
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _argv(box: Sandbox, command: Command, inner: Inner, mark: str) -> list[str]:
    bwrap = find_bubblewrap()
    folder = program_folder(bwrap)
    stage = None if os.geteuid() != 0 else Stage([folder, *(mount.source for mount in mounts_of(box))])
    whole = bwrap_argv(
        box,
        command.argv,
        bwrap=stage.reachable(folder) / bwrap.relative_to(folder) if stage else bwrap,
        cwd=command.cwd,
        inner=inner,
        cpu_seconds=int(2 * command.deadline_seconds * (os.cpu_count() or 1)) + 1,
        mark=mark,
        reachable=stage.reachable if stage else lambda path: path,
    )
    return stage.argv(whole) if stage else whole


def _heard(ear: int) -> dict[str, int]:
    """Return what bubblewrap said: `child-pid` once there is a sandbox, `exit-code` once its command has ended."""
    try:
        said = os.read(ear, 65536)
    except BlockingIOError:
        return {}
    status: dict[str, int] = {}
    for line in said.splitlines():
        with contextlib.suppress(ValueError):
            status.update({key: value for key, value in json.loads(line).items() if isinstance(value, int)})
    return status


async def _wait_until_empty(first: int | None, mark: str) -> None:
    """Return when the namespace's process 1 is gone: the kernel lets it go only after all others in there.

    Usually it has been killed by now, and that takes a moment. *first* is None when we killed before it was told.
    """
    end = time.monotonic() + _DYING_TAKES_AT_MOST_SECONDS
    while kill_marked(mark) if first is None else _is_there(first, mark):
        if time.monotonic() > end:
            raise InfrastructureError(f"process {first or mark} of a sandbox does not die")
        await asyncio.sleep(0.002)


def _is_there(first: int, mark: str) -> bool:
    try:
        arguments = Path(f"/proc/{first}/cmdline").read_bytes()
        state = Path(f"/proc/{first}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except OSError:
        return False
    if mark.encode() in arguments:
        with contextlib.suppress(ProcessLookupError):
            os.kill(first, signal.SIGKILL)
    # Without arguments it is dying, and a zombie once all others are dead; with others it is somebody else.
    return state not in (b"Z", b"X") and (not arguments or mark.encode() in arguments)
