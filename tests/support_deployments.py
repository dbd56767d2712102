"""A configured Prefect server and a process worker, as people run them: programs of their own."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from support_cli import environment, phasewright
from support_example import PLAN, example_repository
from support_plans_run import READY, one_phase_plan

from deployments.server_settings import BATCHES
from phasewright.scripted import ScriptedServer

Found = TypeVar("Found")


class Deployed:
    """The server, its worker, and what both are started with."""

    def __init__(self, place: Path, **more: str) -> None:
        self.place = place
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.env = environment(
            PREFECT_HOME=str(place / "prefect"),
            PREFECT_API_URL=self.url,
            PREFECT_SERVER_UI_STATIC_DIRECTORY=str(place / "ui"),
            PREFECT_WORKER_QUERY_SECONDS="2",
            **BATCHES,
            **more,
        )
        self._started: list[subprocess.Popen[bytes]] = []

    def start_server(self) -> None:
        """Start the server; return once it answers. An empty database takes about 20 s."""
        self.start("prefect", "server", "start", "--port", str(self.port))
        wait_for(lambda: self.api("/health"), 120)

    def start_worker(self) -> None:
        """Start a worker; it takes flow runs as soon as it can."""
        self.start("prefect", "worker", "start", "--pool", "phasewright")

    def start(self, program: str, *argv: str) -> "subprocess.Popen[bytes]":
        """Start one of the environment's programs, its output in a file of the place."""
        with (self.place / f"{argv[0]}.log").open("ab") as log:
            started = subprocess.Popen(
                [Path(sys.executable).parent / program, *argv],
                cwd=self.place,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(started)
        return started

    def stop(self) -> None:
        """End what was started, the last one first."""
        for process in reversed(self._started):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def prefect(self, *argv: str, seconds: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run `prefect` to its end."""
        program = [Path(sys.executable).parent / "prefect", "--no-prompt", *argv]
        return subprocess.run(
            program, cwd=self.place, env=self.env, capture_output=True, text=True, timeout=seconds, check=False
        )

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return what the server says."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, content, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read() or b"null")

    def flow_runs(self, deployment: str) -> list[dict[str, Any]]:
        """Return the flow runs of "flow/deployment", newest first."""
        chosen = {"deployments": {"name": {"any_": [deployment.rpartition("/")[2]]}}, "sort": "START_TIME_DESC"}
        return list(self.api("/flow_runs/filter", chosen))

    def flow_run(self, flow_run: str) -> dict[str, Any]:
        """Return one flow run."""
        return dict(self.api(f"/flow_runs/{flow_run}"))

    def task_runs(self, flow_run: str) -> dict[str, str]:
        """Return task-run name → state name of a flow run."""
        chosen = {"flow_runs": {"id": {"any_": [flow_run]}}, "limit": 200}
        return {run["name"]: run["state_name"] for run in self.api("/task_runs/filter", chosen)}

    def logs(self, *names: str) -> str:
        """Return the ends of the programs' outputs, for a failed test."""
        files = [self.place / f"{name}.log" for name in names or ("worker",)]
        return "\n".join(file.read_text(errors="replace")[-6000:] for file in files if file.exists())


def wait_for(fact: Callable[[], Found], seconds: float) -> Found:
    """Return the first true answer of *fact*; a server that does not answer yet is no answer."""
    end = time.monotonic() + seconds
    while True:
        try:
            if answer := fact():
                return answer
        except OSError:
            pass
        assert time.monotonic() < end, f"not in {seconds} s"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def deployed_with(place: Path, model: ScriptedServer, crate: Path) -> Iterator[Deployed]:
    """A server with the deployments on it, and a worker whose environment names the model's service."""
    deployed = Deployed(place, ANTHROPIC_BASE_URL=model.url)
    try:
        deployed.start_server()
        done = phasewright("deploy", "--repo", crate, cwd=crate, timeout_seconds=120, env=deployed.env)
        assert 0 == done.returncode, done.stdout + done.stderr
        deployed.start_worker()
        yield deployed
    finally:
        deployed.stop()


def example_with_drafts(place: Path, ready: dict[str, str]) -> Path:
    """Return the example's repository with its own plan as a draft, and short plans (phase → path) that are ready."""
    crate = example_repository(place)
    plan = crate / PLAN
    plan.write_text(plan.read_text(encoding="utf-8").replace(READY, "Draft"), encoding="utf-8")
    for phase, path in ready.items():
        one_phase_plan(crate, path, phase)
    git(crate, "add", "--all")
    git(crate, "commit", "--quiet", "--message", "Plans")
    return crate


def git(root: Path, *argv: str) -> str:
    """Return what git prints."""
    return subprocess.run(["git", *argv], cwd=root, capture_output=True, text=True, check=True, timeout=30).stdout


def branches(root: Path) -> list[str]:
    """Return the branches of runs."""
    return git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads/phasewright").split()
