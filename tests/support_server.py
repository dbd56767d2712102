"""A program that uses the private Prefect server, for tests that need users to come, go and be killed.

Run by `start_user`; prints one JSON line when the server answers, another after its flow, and ends when its standard
input does.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def start_user(state: Path, tasks: int = 0, **environ: str) -> "subprocess.Popen[str]":
    """Start a user of the private server under *state*, which runs a flow of *tasks* tasks if there are any."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.Popen(
        [sys.executable, str(Path(__file__)), str(state), str(tasks)],
        env=env | {"PYTHONPATH": str(ROOT)} | environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(user: "subprocess.Popen[str]") -> dict[str, Any]:
    """Return the next line that *user* says."""
    assert user.stdout is not None
    return dict(json.loads(user.stdout.readline()))


def leave(user: "subprocess.Popen[str]") -> None:
    """Let *user* end in order."""
    assert user.stdin is not None and user.stdout is not None
    user.stdin.close()
    assert user.wait(30) == 0
    user.stdout.close()


def kill(user: "subprocess.Popen[str]") -> None:
    """End *user* by `kill -9`."""
    assert user.stdin is not None and user.stdout is not None
    user.kill()
    user.wait(30)
    user.stdin.close()
    user.stdout.close()


def is_alive(pid: int) -> bool:
    """Return whether a process with this id runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def seconds_until_gone(pid: int, limit: float) -> float:
    """Return after how long the process has ended, or *limit*."""
    began = time.monotonic()
    while is_alive(pid) and time.monotonic() - began < limit:
        time.sleep(0.05)
    return min(time.monotonic() - began, limit)


async def _use(state: Path, tasks: int) -> None:
    from deployments.server import join_server, wait_for_history

    with await join_server(state) as user:
        os.environ.update(user.env())
        await user.answering()
        assert user.place is not None
        address = user.place.address()
        print(json.dumps({"api": user.api_url, "pid": address.pid if address else None}), flush=True)
        if tasks:
            flow_run = await _run_flow(tasks)
            print(json.dumps({"flow_run": flow_run, "complete": await wait_for_history(flow_run)}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def _run_flow(tasks: int) -> str:
    from prefect import flow, task
    from prefect.runtime import flow_run

    @task
    async def one(n: int) -> int:
        return n

    @flow
    async def many() -> str:
        for start in range(0, tasks, 20):
            await asyncio.gather(*(one(n) for n in range(start, min(start + 20, tasks))))
        return str(flow_run.get_id())

    return await many()


if __name__ == "__main__":
    os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
    asyncio.run(_use(Path(sys.argv[1]), int(sys.argv[2])))
