"""The whole product through its command line: the example's plan, over HTTP to the scripted server, on real cargo."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support_cli import environment, phasewright, start_phasewright
from support_example import PLAN, example_repository, session
from support_processes import processes_of, wait_until_gone
from support_readme import missing_lines, shown_commands

from phasewright.scripted import Script, ScriptedConversation, ScriptedServer, start

pytestmark = [pytest.mark.cargo, pytest.mark.prefect, pytest.mark.timeout(600)]

RUN_SECONDS = 280


def git(root: Path, *argv: str) -> str:
    return subprocess.run(["git", *argv], cwd=root, capture_output=True, text=True, check=True, timeout=30).stdout


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    return example_repository(tmp_path / "timespan")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with start(session()) as running:
        yield running


def environment_for(server: ScriptedServer, mark: Path) -> dict[str, str]:
    """Return the environment of a run that asks *server*; every process of it can be told by *mark*."""
    return environment(ANTHROPIC_BASE_URL=server.url, PHASEWRIGHT_TEST_MARK=str(mark))


def run(crate: Path, server: ScriptedServer, *argv: str) -> "subprocess.CompletedProcess[str]":
    return phasewright(*argv, cwd=crate, timeout_seconds=RUN_SECONDS, env=environment_for(server, crate))


def wait_for(fact: Callable[[], object], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, f"{what} did not happen in {seconds} s"
        time.sleep(0.1)


def asked(server: ScriptedServer, phase: str) -> dict[str, int]:
    """Return the requests of a phase's conversations, without the run's id."""
    return {name.partition("/")[2]: count for name, count in server.counts.items() if name.split("/")[1] == phase}


def test_a_plan_goes_in_and_verified_commits_come_out(
    crate: Path, server: ScriptedServer, kept_prefect: object
) -> None:
    base = git(crate, "rev-parse", "HEAD").strip()
    ended = run(crate, server, "run", PLAN, "--json")
    assert 0 == ended.returncode, ended.stderr[-4000:]
    report = json.loads(ended.stdout)

    assert ("SUCCESS", base) == (report["status"], report["base_commit"])
    statuses = [(p["id"], p["status"], p["reason"], p["attempts"]) for p in report["phases"]]
    assert [
        ("1", "COMPLETE", None, 1),
        ("2", "COMPLETE", None, 2),
        ("3", "COMPLETE", None, 1),
        ("4", "COMPLETE", None, 1),
    ] == statuses
    assert () == server.problems
    _delivered(crate, base, report)
    _side_by_side(server)
    _written_for_people(crate, report)

    requests = len(server.requests)
    again = run(crate, server, "run", PLAN)
    assert 0 == again.returncode, again.stderr[-4000:]
    assert requests == len(server.requests)
    shown = [command for command in shown_commands() if command.command == f"phasewright run {PLAN}"]
    assert [] == missing_lines(shown[-1], again.stdout)


def _delivered(crate: Path, base: str, report: dict[str, Any]) -> None:
    """HEAD moved to the run's tip; one commit a phase, each with one parent and the trailers; the index is clean."""
    commits = git(crate, "log", "--format=%H %P", f"{base}..HEAD").splitlines()
    assert report["head_commit"] == git(crate, "rev-parse", "HEAD").strip()
    assert report["head_commit"] == git(crate, "rev-parse", report["branch"]).strip()
    assert 4 == len(commits)
    assert {2} == {len(line.split()) for line in commits}
    phases = git(crate, "log", "--reverse", "--format=%(trailers:key=Phase,valueonly,separator=%x2C)", f"{base}..HEAD")
    assert ["1", "4"] == [phases.split()[0], phases.split()[-1]]
    assert {"1", "2", "3", "4"} == set(phases.split())
    expected = {PLAN, *report["logs"]}
    changed = {line[3:] for line in git(crate, "status", "--porcelain", "--untracked-files=all").splitlines()}
    assert set() == {path for path in changed if path not in expected and not path.startswith(".ai/logs/")}


def _side_by_side(server: ScriptedServer) -> None:
    """The two independent phases were asked in turns, not one after the other."""
    spans = {}
    for phase in ("2", "3"):
        times = [r.started_seconds for r in server.requests if r.conversation and r.conversation.split("/")[1] == phase]
        spans[phase] = (min(times), max(times))
    assert spans["2"][0] < spans["3"][1]
    assert spans["3"][0] < spans["2"][1]


def _written_for_people(crate: Path, report: dict[str, Any]) -> None:
    plan = (crate / PLAN).read_text(encoding="utf-8")
    assert "**Status:** Implemented" in plan
    assert "## Execution Checkpoints" in plan
    assert 4 == plan.count("    status: complete")
    assert "## Implementation Summary" in plan
    logs = "\n".join(path.read_text(encoding="utf-8") for path in sorted((crate / ".ai" / "logs").glob("*.md")))
    assert "Execution Order Analysis" in logs
    assert "no_changes" in logs
    assert 19 <= report["tests"]["after"]["total"]
    assert 0 == report["tests"]["after"]["failed"]


def hanging(phase: str) -> Script:
    """Return the example's session, in which the first attempt of *phase* never gets an answer."""
    told = session()
    hangs = ScriptedConversation.model_validate(
        {
            "phase": phase,
            "attempt": "1",
            "agent": "orchestrator",
            "steps": [{"fault": {"kind": "hang", "at": "headers"}}],
        }
    )
    return told.model_copy(update={"conversations": (hangs, *told.conversations)})


def test_killed_in_phase_2_it_goes_on_without_asking_phase_1_again(crate: Path, kept_prefect: object) -> None:
    with start(hanging("2")) as server:
        with start_phasewright("run", PLAN, cwd=crate, env=environment_for(server, crate)) as running:
            wait_for(lambda: asked(server, "2"), RUN_SECONDS, "phase 2")
            os.kill(running.pid, signal.SIGKILL)
            running.communicate(timeout=10)
        first = asked(server, "1")
        assert first
        left = wait_until_gone(str(crate), 10)
        assert {} == left

        ended = run(crate, server, "resume", "--json")
        assert 0 == ended.returncode, ended.stderr[-4000:]
        report = json.loads(ended.stdout)

        assert "SUCCESS" == report["status"]
        assert ["COMPLETE"] * 4 == [phase["status"] for phase in report["phases"]]
        assert first == asked(server, "1")
        assert 1 == len({name.partition("/")[0] for name in server.counts}), "the run kept its id"
        assert () == server.problems
        assert {} == wait_until_gone(str(crate), 10)


def working(command: str) -> Script:
    """Return a session in which phase 1's sub-agent runs *command*."""
    return Script.model_validate(
        {
            "conversations": [
                {
                    "phase": "1",
                    "agent": "orchestrator",
                    "steps": [{"calls": [{"delegate": {"agent": "schema-architect", "task": "Work."}}]}],
                },
                {"phase": "1", "steps": [{"calls": [{"bash": {"command": command}}]}]},
            ]
        }
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_stopped_it_ends_in_130_and_leaves_no_process(crate: Path, stop: signal.Signals) -> None:
    sleep = f"sleep 7{os.getpid()}"
    with start(working(sleep)) as server:
        with start_phasewright("run", PLAN, cwd=crate, env=environment_for(server, crate)) as running:
            wait_for(lambda: processes_of(sleep), RUN_SECONDS, "the agent's command")
            began = time.monotonic()
            running.send_signal(stop)
            assert {} == wait_until_gone(sleep, 2)
            _, story = running.communicate(timeout=30)
        took = time.monotonic() - began

        assert 130 == running.returncode, story[-4000:]
        assert took < 30
        assert "Traceback" not in story
        assert {} == wait_until_gone(str(crate), 5)
        assert "Implemented" not in (crate / PLAN).read_text(encoding="utf-8")
