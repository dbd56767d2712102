"""Deployed with one command, run by a worker: a real server, a real process worker, the example's plan."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support_cli import phasewright
from support_deployments import Deployed, wait_for
from support_example import PLAN, example_repository, session
from support_plans_run import delegates, one_phase_plan, only_claims, runs, writes
from support_processes import processes_of, wait_until_gone

from phasewright.scripted import ScriptedServer, start

pytestmark = [pytest.mark.cargo, pytest.mark.prefect, pytest.mark.timeout(400)]

RUN_SECONDS = 200
SLEEP = f"sleep 8{os.getpid()}"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    """The example's agents; phase 9 lies once and works then; phase 8 takes its time once and works then."""
    short = (
        *(only_claims("9", "1"), delegates("9", "2"), writes("9", "2"), delegates("10"), writes("10")),
        *(delegates("8"), runs("8", "1", SLEEP), writes("8", "2")),
    )
    with start(session().model_copy(update={"conversations": (*short, *session().conversations)})) as running:
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


def test_nightly_runs_what_is_ready_and_goes_on_with_it_the_next_night(
    deployed: Deployed, model: ScriptedServer, tmp_path: Path
) -> None:
    """One plan fails in the first night: the next plan runs all the same, and the night is not Completed."""
    crate = example_repository(tmp_path / "another")
    (crate / PLAN).unlink()
    one_phase_plan(crate, "2026-01-01.draft", "7", status="Draft")
    failing = one_phase_plan(crate, "2026-01-02.lies-once", "9")
    one_phase_plan(crate, "2026-01-03.works", "10")
    git(crate, "add", "--all")
    git(crate, "commit", "--quiet", "--message", "Plans")

    first = night_in(deployed, crate)
    assert ("PartialSuccess", "FAILED") == (first["state_name"], first["state_type"]), deployed.logs()
    assert f"1 of 2 plans succeeded; not: {failing} (Failed: 0 of 1 phases complete)" == first["state"]["message"]
    before = branches(crate)
    second = night_in(deployed, crate)

    assert ("Completed", "1 plans succeeded") == (second["state_name"], second["state"]["message"]), deployed.logs()
    assert before == branches(crate)
    assert {"docs/design/phase-9.md", "docs/design/phase-10.md"} <= set(git(crate, "ls-files").split())
    assert [] == list(model.problems)


def night_in(deployed: Deployed, crate: Path) -> dict[str, Any]:
    """Return the flow run of a night that was asked for now, once it has ended."""
    asked = ("deployment", "run", "nightly/nightly", "-p", f"repo={crate}", "--watch")
    deployed.prefect(*asked, seconds=RUN_SECONDS)
    return next(run for run in deployed.flow_runs("nightly/nightly") if run["start_time"])


def test_cancelled_in_the_interface_its_agents_stop_and_the_run_can_go_on(
    deployed: Deployed, model: ScriptedServer, tmp_path: Path
) -> None:
    crate = example_repository(tmp_path / "cancelled")
    plan = one_phase_plan(crate, "2026-01-04.slow-once", "8")
    git(crate, "add", "--all")
    git(crate, "commit", "--quiet", "--message", "A plan")
    asked = ("deployment", "run", "execute-plan/adhoc", "-p", f"plan={plan}", "-p", f"repo={crate}")
    deployed.prefect(*asked)
    wait_for(lambda: processes_of(SLEEP), RUN_SECONDS)
    run = deployed.flow_runs("execute-plan/adhoc")[0]
    deployed.api(f"/flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})

    assert {} == wait_until_gone(SLEEP, 20)
    ended = wait_for(lambda: (r := deployed.api(f"/flow_runs/{run['id']}"))["state_type"] != "CANCELLING" and r, 40)
    assert "CANCELLED" == ended["state_type"], deployed.logs()

    deployed.prefect(*asked, "--watch", seconds=RUN_SECONDS)
    again = deployed.flow_runs("execute-plan/adhoc")[0]

    assert "Completed" == again["state_name"], deployed.logs()
    assert run["name"] == again["name"], "the same run went on"
    assert [] == list(model.problems)
