"""One run of a plan at a time; the lock dies with its holder."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support_git import make_repository

from phasewright.errors import RunLocked
from phasewright.git.lock import PlanLock
from phasewright.git.repository import Repository, find_repository

HOLD = """
import subprocess, sys, time
from pathlib import Path
from phasewright.git.lock import PlanLock
from phasewright.git.repository import Repository
PlanLock(Repository.model_validate_json(sys.argv[1]), Path("/plan.md"), "run-1").acquire()
subprocess.Popen(["sleep", "20"])
print("held", flush=True)
time.sleep(20)
"""


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    return await find_repository(make_repository(tmp_path / "repo", {"a": "a\n"}))


async def test_second_run_is_told_who_holds_it(repo: Repository) -> None:
    first, second = PlanLock(repo, Path("/plan.md"), "run-1"), PlanLock(repo, Path("/plan.md"), "run-2")
    first.acquire()
    PlanLock(repo, Path("/other.md"), "run-3").acquire()

    with pytest.raises(RunLocked, match=rf"process {os.getpid()} on .* \(run run-1\)"):
        second.acquire()

    first.release()
    second.acquire()
    assert "run-2" == json.loads(second.path.read_text())["run"]
    second.release()


async def test_lock_is_free_when_its_holder_is_killed_though_a_child_lives(repo: Repository) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, repo.model_dump_json()], stdout=subprocess.PIPE, start_new_session=True
    )
    assert holder.stdout is not None
    with holder.stdout as told:
        assert b"held\n" == told.readline()
    lock = PlanLock(repo, Path("/plan.md"), "run-2")
    with pytest.raises(RunLocked, match=f"process {holder.pid} "):
        lock.acquire()

    try:
        holder.kill()
        holder.wait()
        time.sleep(0.05)
        lock.acquire()
        lock.release()
    finally:
        os.killpg(holder.pid, signal.SIGKILL)
