"""Programs start in one place, end in time, and leave nothing behind."""

import ast
import asyncio
import os
import threading
import time
from pathlib import Path

import pytest

from phasewright import project_root
from phasewright.errors import CommandFailed
from phasewright.process import run, start_detached

ROOT = project_root()
PLAIN = {"PATH": "/usr/bin:/bin"}


def alive(mark: str) -> int:
    """Count processes whose command line holds *mark*, ourselves apart."""
    count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        count += mark in line and int(pid) != os.getpid()
    return count


async def shell(text: str, deadline_seconds: float = 10, **options):
    return await run(["/bin/sh", "-c", text], cwd=Path("/"), env=PLAIN, deadline_seconds=deadline_seconds, **options)


def test_only_one_module_starts_programs() -> None:
    """Nothing but phasewright/process.py imports sh or subprocess, or starts programs through os or asyncio."""
    starters = {"sh", "subprocess", "pty", "multiprocessing"}
    calls = {"system", "popen", "fork", "forkpty", "posix_spawn", "create_subprocess_exec", "create_subprocess_shell"}
    found = []
    for room in ("phasewright", "parsers", "tasks", "flows", "deployments"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                names: set[str] = set()
                if isinstance(node, ast.Import):
                    names = {alias.name.split(".")[0] for alias in node.names} & starters
                elif isinstance(node, ast.ImportFrom):
                    names = {(node.module or "").split(".")[0]} & starters
                elif isinstance(node, ast.Attribute) and node.attr in calls and isinstance(node.value, ast.Name):
                    names = {node.attr} if node.value.id in {"os", "asyncio", "posix"} else set()
                found += [f"{file.relative_to(ROOT)}: {name}" for name in names]

    assert ["phasewright/process.py: sh"] == found


@pytest.mark.parametrize(("text", "code"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", -9)])
async def test_exit_code_is_told(text: str, code: int) -> None:
    assert code == (await shell(text)).exit_code


async def test_environment_is_whole() -> None:
    finished = await run(["/usr/bin/env"], cwd=Path("/"), env={"A": "1"}, deadline_seconds=10)

    assert "A=1\n" == finished.text


async def test_standard_input_is_given_and_error_kept_apart() -> None:
    finished = await shell("cat; echo problem >&2", stdin=b"given", split=True)

    assert (b"given", b"problem\n") == (finished.stdout, finished.stderr)


@pytest.mark.parametrize(
    "text",
    ["sleep 71.25 & sleep 71.25", "sleep 71.25 & echo done", "trap '' TERM; sleep 71.25; sleep 71.25"],
    ids=["grandchild", "background child", "ignores TERM"],
)
async def test_nothing_of_the_group_survives(text: str) -> None:
    started = time.monotonic()
    await shell(text, deadline_seconds=1)

    assert 0 == alive("sleep 71.25")
    assert time.monotonic() - started < 60


async def test_deadline_is_told_apart_from_failure() -> None:
    finished = await shell("echo begun; sleep 72", deadline_seconds=0.5)

    assert (None, True, "begun\n") == (finished.exit_code, finished.timed_out, finished.text)


async def test_endless_output_is_cut_and_its_ends_kept() -> None:
    finished = await run(
        ["/usr/bin/yes"], cwd=Path("/"), env=PLAIN, deadline_seconds=30, output_limit_bytes=5_000_000, keep_bytes=100
    )

    assert finished.too_much_output
    assert finished.exit_code is None
    assert len(finished.stdout) < 300
    assert b"bytes left out" in finished.stdout


async def test_missing_program_is_a_named_error() -> None:
    with pytest.raises(CommandFailed, match="cannot be started"):
        await run(["/no/such/program"], cwd=Path("/"), env=PLAIN, deadline_seconds=1)


def test_a_detached_program_may_end_after_the_loop_that_started_it(tmp_path: Path) -> None:
    """An exception in the thread that watches it would fail this test."""

    async def begin() -> int:
        return start_detached(["sleep", "0.3"], cwd=tmp_path, env=PLAIN, log=tmp_path / "log")

    pid = asyncio.run(begin())
    watching = [thread for thread in threading.enumerate() if str(pid) in thread.name]
    for thread in watching:
        thread.join(timeout=10)

    assert [] == [thread for thread in watching if thread.is_alive()]
