"""A flow run from outside: cancelled, killed, paused with a question. A real server, a real worker."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support_cli import phasewright, start_phasewright
from support_deployments import Deployed, deployed_with, example_with_drafts, wait_for
from support_plans_run import delegates, only_claims, runs, writes
from support_processes import processes_of, wait_until_gone

from phasewright.scripted import ScriptedConversation, ScriptedServer, start
from phasewright.scripted.script import Script

pytestmark = [pytest.mark.cargo, pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(900)]

RUN_SECONDS = 300
SLEEP = f"sleep 8{os.getpid()}"
CANCELLED, KILLED, ASKED = ".ai/plans/cancelled.md", ".ai/plans/killed.md", ".ai/plans/asked.md"
ACCEPTED = ".ai/plans/accepted.md"
BROKEN_LINK = "\nSee [the notes](notes-to-come.md).\n"

ROOT = Path(__file__).parent.parent
ASKING = """
import asyncio
from prefect import flow
from tasks.form import ask_by_form

@flow(persist_result=False)
async def asking():
    return await ask_by_form("What now?", ["retry", "continue"], "continue", seconds=2)

state = asyncio.run(asking(return_state=True))
print(state.name, repr(asyncio.run(state.aresult())))
"""


def slow(phase: str, attempts: int) -> tuple[ScriptedConversation, ...]:
    """Return agents that take their time in the first attempts, and work in the next."""
    sleeping = (runs(phase, str(attempt), SLEEP) for attempt in range(1, attempts + 1))
    return delegates(phase), *sleeping, writes(phase)


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    asks = (only_claims("7", "1"), delegates("7"), writes("7"))
    with start(
        Script(conversations=(*slow("8", 1), *slow("9", 2), *asks, delegates("6"), writes("6", more=BROKEN_LINK)))
    ) as running:
        yield running


@pytest.fixture(scope="module")
def crate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("repositories") / "timespan"
    return example_with_drafts(place, {"8": CANCELLED, "9": KILLED, "7": ASKED, "6": ACCEPTED})


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, model: ScriptedServer, crate: Path) -> Iterator[Deployed]:
    with deployed_with(tmp_path_factory.mktemp("deployed"), model, crate) as deployed:
        yield deployed


def cancel(deployed: Deployed, flow_run: str) -> None:
    """Do what the interface's button does."""
    state = {"type": "CANCELLING", "name": "Cancelling"}
    deployed.api(f"/flow_runs/{flow_run}/set_state", {"state": state})


def adhoc(plan: str, crate: Path, *more: str) -> tuple[str, ...]:
    return ("deployment", "run", "execute-plan/adhoc", "-p", f"plan={plan}", "-p", f"repo={crate}", *more)


def test_cancelled_its_worker_stops_the_agents_and_the_run_can_go_on(
    deployed: Deployed, model: ScriptedServer, crate: Path
) -> None:
    deployed.prefect(*adhoc(CANCELLED, crate))
    wait_for(lambda: processes_of(SLEEP), RUN_SECONDS)
    run = deployed.flow_runs("execute-plan/adhoc")[0]
    cancel(deployed, run["id"])

    assert {} == wait_until_gone(SLEEP, 20)
    ended = wait_for(lambda: (r := deployed.flow_run(run["id"]))["state_type"] != "CANCELLING" and r, 40)
    assert "CANCELLED" == ended["state_type"], deployed.logs()

    deployed.prefect(*adhoc(CANCELLED, crate, "--watch"), seconds=RUN_SECONDS)
    again = deployed.flow_runs("execute-plan/adhoc")[0]

    assert "Completed" == again["state_name"], deployed.logs()
    assert run["name"] == again["name"], "the same run went on"
    assert [] == list(model.problems)


def test_killed_its_flow_run_does_not_stay_running_and_without_a_worker_it_can_be_cancelled(
    deployed: Deployed, crate: Path
) -> None:
    with start_phasewright("run", KILLED, cwd=crate, env=deployed.env) as running:
        wait_for(lambda: processes_of(SLEEP), RUN_SECONDS)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=10)
    killed = recorded(crate, deployed)
    assert "RUNNING" == deployed.flow_run(killed)["state_type"]
    assert {} == wait_until_gone(SLEEP, 10)

    with start_phasewright("resume", cwd=crate, env=deployed.env) as running:
        wait_for(lambda: processes_of(SLEEP), RUN_SECONDS)
        assert "Crashed" == deployed.flow_run(killed)["state_name"]
        assert {"Running", "Pending"}.isdisjoint(deployed.task_runs(killed).values())
        going_on = recorded(crate, deployed)
        cancel(deployed, going_on)
        _, story = running.communicate(timeout=40)

    assert 130 == running.returncode, story[-3000:]
    assert {} == processes_of(SLEEP)
    assert "Cancelled" == deployed.flow_run(going_on)["state_name"]
    assert "Traceback" not in story


def recorded(crate: Path, deployed: Deployed) -> str:
    """Return the flow run's id that the newest run wrote down."""
    told = phasewright("status", "--json", cwd=crate, env=deployed.env)
    return str(json.loads(told.stdout)["flow_run_id"])


def test_a_question_pauses_the_flow_run_until_it_is_answered(deployed: Deployed, crate: Path) -> None:
    deployed.prefect(*adhoc(ASKED, crate, "-p", 'options={"on_failure": "ask"}'))
    run = wait_for(lambda: paused(deployed), RUN_SECONDS)
    wrong = phasewright("answer", run["name"], "perhaps", cwd=crate, env=deployed.env)
    right = phasewright("answer", run["name"], "retry", cwd=crate, env=deployed.env)
    assert (2, 0) == (wrong.returncode, right.returncode), wrong.stderr + right.stderr
    ended = wait_for(lambda: (r := deployed.flow_run(run["id"]))["end_time"] and r, RUN_SECONDS)
    late = phasewright("answer", run["name"], "retry", cwd=crate, env=deployed.env)

    assert 2 == late.returncode
    assert "(choices: retry, stop, continue)" in wrong.stderr
    assert "Completed" == ended["state_name"], deployed.logs()


def test_a_person_accepts_a_finding_where_the_run_asks(deployed: Deployed, crate: Path, model: ScriptedServer) -> None:
    deployed.prefect(*adhoc(ACCEPTED, crate, "-p", 'options={"on_failure": "ask"}'))
    run = wait_for(lambda: paused(deployed), RUN_SECONDS)
    asked = len(model.requests)
    first = phasewright("answer", run["name"], "accept", cwd=crate, env=deployed.env)
    second = wait_for(lambda: answered(deployed, crate, run["name"], "The notes come with the next plan."), 60)
    ended = wait_for(lambda: (r := deployed.flow_run(run["id"]))["end_time"] and r, RUN_SECONDS)
    report = phasewright("report", run["name"], cwd=crate, env=deployed.env).stdout

    assert (0, 0) == (first.returncode, second.returncode), first.stderr
    assert "Completed" == ended["state_name"], deployed.logs()
    assert asked == len(model.requests), "an agent was asked again"
    assert "a person accepted link-broken" in report and "The notes come with the next plan." in report


def answered(deployed: Deployed, crate: Path, run: str, words: str) -> "subprocess.CompletedProcess[str] | None":
    """Answer in own words, once the run asks for them: until then it still holds the question before."""
    done = phasewright("answer", run, words, cwd=crate, env=deployed.env)
    return done if done.returncode == 0 else None


def test_a_question_that_nobody_answers_has_an_end(deployed: Deployed) -> None:
    """A program of its own: Prefect's connections stay open in the process that ran a flow."""
    argv = [sys.executable, "-c", ASKING]
    ended = subprocess.run(argv, cwd=ROOT, env=deployed.env, capture_output=True, text=True, timeout=RUN_SECONDS)

    assert "Completed ''\n" == ended.stdout, ended.stderr[-3000:]


def paused(deployed: Deployed) -> dict[str, Any] | None:
    return next((run for run in deployed.flow_runs("execute-plan/adhoc") if run["state_type"] == "PAUSED"), None)
