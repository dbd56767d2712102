"""Deployed with one command, run by a worker: a real server, a real process worker, the example's plan."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_cli import phasewright
from support_deployments import Deployed, wait_for
from support_example import PLAN, example_repository, session

from phasewright.scripted import ScriptedServer, start

pytestmark = [pytest.mark.cargo, pytest.mark.prefect, pytest.mark.timeout(400)]

RUN_SECONDS = 200


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with start(session()) as running:
        yield running


@pytest.fixture(scope="module")
def crate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_repository(tmp_path_factory.mktemp("repositories") / "timespan")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, model: ScriptedServer, crate: Path) -> Iterator[Deployed]:
    """A server with the deployments on it, and a worker whose environment names the model's service."""
    deployed = Deployed(tmp_path_factory.mktemp("deployed"), ANTHROPIC_BASE_URL=model.url)
    try:
        deployed.start_server()
        done = phasewright("deploy", "--repo", crate, cwd=crate, timeout_seconds=120, env=deployed.env)
        assert 0 == done.returncode, done.stdout + done.stderr
        deployed.start_worker()
        yield deployed
    finally:
        deployed.stop()


def git(root: Path, *argv: str) -> str:
    return subprocess.run(["git", *argv], cwd=root, capture_output=True, text=True, check=True, timeout=30).stdout


def branches(root: Path) -> list[str]:
    return git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads/phasewright").split()


def test_adhoc_runs_a_plan_and_leaves_its_branch(deployed: Deployed, crate: Path, model: ScriptedServer) -> None:
    asked = deployed.prefect(
        *("deployment", "run", "execute-plan/adhoc", "-p", f"plan={PLAN}", "-p", f"repo={crate}"),
        *("-p", f"options={json.dumps({'deliver': 'branch'})}", "--watch"),
        seconds=RUN_SECONDS,
    )
    run = deployed.flow_runs("execute-plan/adhoc")[0]

    assert "Completed" == run["state_name"], deployed.logs()
    assert 0 == asked.returncode, asked.stdout + asked.stderr
    assert [] == list(model.problems)
    (branch,) = branches(crate)
    assert run["name"] == branch.rpartition("/")[2]
    assert 4 == len(git(crate, "log", "--format=%H", f"main..{branch}").split())
    names = deployed.task_runs(run["id"])
    assert {"phase 1", "phase 2", "phase 3", "phase 4", "phase 4 · verify", "preflight"} <= set(names)
    assert {"Completed", "Cached"} >= set(names.values())


def test_nightly_runs_what_is_ready_and_only_that(deployed: Deployed, model: ScriptedServer, tmp_path: Path) -> None:
    crate = example_repository(tmp_path / "another")
    draft = crate / PLAN.replace("2026-01-12", "2026-01-11")
    draft.write_text((crate / PLAN).read_text().replace("Reviewed - Ready for Implementation", "Draft"))
    git(crate, "add", "--all")
    git(crate, "commit", "--quiet", "--message", "A draft")
    deployed.prefect("deployment", "run", "nightly/nightly", "-p", f"repo={crate}", "--watch", seconds=RUN_SECONDS)
    night = wait_for(lambda: [r for r in deployed.flow_runs("nightly/nightly") if r["start_time"]], 20)[0]

    assert ("Completed", "1 plans succeeded") == (night["state_name"], night["state"]["message"]), deployed.logs()
    (branch,) = branches(crate)
    assert git(crate, "rev-parse", "main") == git(crate, "rev-parse", branch)
    assert [] == list(model.problems)
