"""Plans through the command line: a plan in, verified commits out, and nothing believed, lost or paid for twice."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from support_cli import PROGRAM
from support_crates import LIB
from support_runs import PLAN, Scene, Told, agents, hanging, integration_test, plan_text, statuses

from phasewright.result import PhaseClaim
from phasewright.scripted import Call, Conversation, ScriptedServer, Step

pytestmark = [pytest.mark.prefect, pytest.mark.cargo, pytest.mark.timeout(600)]

TWO = plan_text(Told("1", ("tests/one.rs",)), Told("2", ("tests/two.rs",), ("1",)))


def honest(conversation: Conversation) -> list[tuple[str, str]]:
    number = int(conversation.phase)
    return [(f"tests/{['', 'one', 'two', 'three'][number]}.rs", integration_test(number))]


def wait_for(condition: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def ours(mark: str) -> list[str]:
    """Return the command lines of processes that mention *mark*."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if mark in line and int(pid) != os.getpid():
            found.append(line)
    return found


@pytest.fixture(scope="module")
def success(tmp_path_factory: pytest.TempPathFactory, kept_prefect: Any) -> Any:
    """A plan of two phases, run to SUCCESS with --json, its service still up."""
    with ScriptedServer(agents(honest)) as server:
        scene = Scene(tmp_path_factory.mktemp("success"), TWO, server)
        yield scene, scene.report()


def test_a_plan_ends_in_verified_commits(success: Any) -> None:
    scene, report = success

    assert (0, "SUCCESS") == (report["exit"], report["status"])
    assert {"1": ("COMPLETE", None), "2": ("COMPLETE", None)} == statuses(report)
    assert scene.git("rev-parse", "HEAD").strip() == report["head_commit"]
    assert ["1", "2"] == scene.git("log", "-2", "--reverse", "--format=%(trailers:key=Phase,valueonly)").split()
    assert not scene.server.problems


def test_the_report_has_every_key(success: Any) -> None:
    _, report = success
    phase = report["phases"][0]

    assert {
        "run", "plan", "status", "branch", "base_commit", "head_commit", "started_at", "duration_seconds",
        "files", "tests", "logs", "usage", "phases", "exit",
    } == set(report)  # fmt: skip
    assert {
        "id", "name", "status", "reason", "attempts", "duration_seconds", "candidate_commit", "landed_commit",
        "verdict", "usage",
    } == set(phase)  # fmt: skip
    assert {"status", "findings", "tests"} <= set(phase["verdict"])
    assert {"before", "after", "added", "removed", "newly_ignored", "newly_failing"} == set(phase["verdict"]["tests"])
    assert ["tiny/test/one::adds_1"] == phase["verdict"]["tests"]["added"]
    assert [{"path": "tests/one.rs", "lines": 4}, {"path": "tests/two.rs", "lines": 4}] == report["files"]["created"]


def test_the_plan_file_says_what_happened(success: Any) -> None:
    scene, report = success
    text = scene.plan.read_text(encoding="utf-8")

    assert "**Status:** Implemented" in text
    assert "## Execution Checkpoints\n\n```yaml\n- phase_1:\n    status: complete\n    completed_at: 2" in text
    assert "artifacts: [tests/one.rs]" in text
    assert "## Implementation Summary" in text
    log = next(p for p in report["logs"] if p.endswith("plan-execution-log.md"))
    assert "Execution Order Analysis" in Path(log).read_text(encoding="utf-8")


def test_nothing_but_plan_and_logs_is_left_in_the_tree(success: Any) -> None:
    scene, _ = success
    left = scene.git("status", "--porcelain").split("\n")

    assert [" M .ai/plans/2026-02-03.tiny.md", "?? .ai/logs/", ""] == left


def test_a_finished_plan_asks_the_model_nothing(success: Any) -> None:
    scene, _ = success
    before = dict(scene.server.counts)
    again = scene.run()

    assert 0 == again.returncode
    assert before == scene.server.counts
    assert "phase 1: Make part 1: skipped, the plan's status is 'Implemented'" in again.stdout


def test_without_its_status_a_finished_plan_is_served_from_checkpoints(success: Any) -> None:
    """The same content has the same key, whatever run, branch or position: Prefect's results serve a new run."""
    scene, _ = success
    before = dict(scene.server.counts)
    scene.git("checkout", "--quiet", "--", ".ai/plans")
    report = scene.report("--fresh")

    assert (0, "SUCCESS") == (report["exit"], report["status"])
    assert before == scene.server.counts


def test_status_and_resume_say_that_nothing_is_left(success: Any) -> None:
    scene, _ = success

    assert "SUCCESS" in scene.call("status").stdout
    resumed = scene.call("resume")
    assert 0 == resumed.returncode
    assert "nothing is left to do" in resumed.stderr


def test_prefect_shows_phases_their_edges_and_their_steps(success: Any, kept_prefect: Any) -> None:
    """Edges run from phase to phase; steps are named with their phase; history is complete."""
    scene, report = success
    record = json.loads(scene.call("status", report["run"], "--json").stdout)
    graph = _get(kept_prefect, f"/flow_runs/{record['flow_run_id']}/graph-v2")
    nodes = dict(graph["nodes"])
    names = {node_id: node["label"] for node_id, node in nodes.items()}
    edges = {(names[parent["id"]], node["label"]) for node in nodes.values() for parent in node["parents"]}

    assert ("phase 1", "phase 2") in edges
    assert {"preflight", "phase 1", "phase 1 · verify", "phase 1 · land", "phase 1 · orchestrate"} <= set(
        names.values()
    )
    assert {"COMPLETED"} == {node["state_type"] for node in nodes.values()}


def test_prefect_shows_verdicts_report_costs_and_progress(success: Any, kept_prefect: Any) -> None:
    scene, report = success
    record = json.loads(scene.call("status", report["run"], "--json").stdout)
    run = report["run"].lower()
    keys = (f"run-{run}", f"run-{run}-costs", f"run-{run}-progress")
    newest = {key: _get(kept_prefect, f"/artifacts/{key}/latest") for key in keys}
    bar = newest[f"run-{run}-progress"]

    assert {record["flow_run_id"]} == {one["flow_run_id"] for one in newest.values()}
    assert (100.0, "2 of 2 phases have ended, 2 of them complete or not to be done") == (
        bar["data"],
        bar["description"],
    )
    assert "Phase 2" in _get(kept_prefect, "/artifacts/tiny-phase-2-verdict/latest")["data"]
    table = json.loads(newest[f"run-{run}-costs"]["data"])
    assert {"phase", "agent", "model", "run"} == {row["by"] for row in table}
    assert pytest.approx(report["usage"]["usd"]) == next(row["usd"] for row in table if row["by"] == "run")


def test_status_updates_are_in_the_task_log_and_the_details_log(success: Any, kept_prefect: Any) -> None:
    scene, report = success
    record = json.loads(scene.call("status", report["run"], "--json").stdout)
    wanted = {"logs": {"flow_run_id": {"any_": [record["flow_run_id"]]}}, "limit": 200}
    logged = [entry["message"] for entry in _get(kept_prefect, "/logs/filter", wanted)]
    details = Path(next(p for p in report["logs"] if p.endswith("phase-1-details.md"))).read_text(encoding="utf-8")
    update = "Current Task: general-purpose 1: write it\nSub-Agents Active: general-purpose 1\nProgress: 0/1 tasks"

    for text in (details, "\n".join(logged)):
        assert "[PHASE 1 STATUS] " in text
        assert update in text
    assert "> Wrote it." in details


def test_a_design_phase_keeps_a_log_of_its_own(tmp_path: Path, kept_prefect: Any) -> None:
    """What was read, what was made and when, from the record; decisions, questions and notes as claimed."""
    document = "# Parts\n\n" + "Each part stands by itself, because parts change for reasons of their own.\n" * 12

    def design(conversation: Conversation, turn: int, body: dict[str, Any]) -> Step:
        if conversation.agent == "orchestrator" and turn == 2:
            return Step(
                claim=PhaseClaim.model_validate(
                    {
                        "summary": "designed",
                        "files": [{"path": "docs/parts.md", "description": "what parts there are"}],
                        "decisions": ["parts stand alone"],
                        "issues": [{"text": "how many?", "resolution": "open"}],
                        "notes_for_next_phase": "# Fake\nbegin with one",
                    }
                )
            )
        if conversation.agent != "orchestrator" and turn == 1:
            return Step(calls=(Call(tool="read_file", input={"path": "src/lib.rs"}),))
        if conversation.agent != "orchestrator" and turn == 2:
            return Step(calls=(Call(tool="write_file", input={"path": "docs/parts.md", "content": document}),))
        return agents(lambda _: [])(conversation, turn, body)

    told = Told("1", ("docs/parts.md",), extra="\n**Phase Type:** Design\n")
    with ScriptedServer(design) as server:
        scene = Scene(tmp_path, plan_text(told), server)
        report = scene.report()
    log = Path(next(p for p in report["logs"] if p.endswith("-phase-1-log.md"))).read_text(encoding="utf-8")

    assert {"1": ("COMPLETE", None)} == statuses(report)
    assert "**Phase type:** DESIGN\n\n**Goals:** Part 1." in log
    assert f"**Repo starting position:** {report['base_commit']}" in log
    assert "### What Was Read\n\n- src/lib.rs\n" in log
    assert re.search(r"- \d{4}-\d\d-\d\dT[\d:]{8}Z `docs/parts.md`: what parts there are\n", log)
    assert "1. parts stand alone" in log
    assert "- how many?: open" in log
    assert "> # Fake\n> begin with one" in log


def _get(user: Any, path: str, wanted: object = None) -> Any:
    """Return what the server's API answers; with *wanted*, to a filter."""
    import base64
    import urllib.request

    sent = None if wanted is None else json.dumps(wanted).encode()
    request = urllib.request.Request(f"{user.api_url}{path}", sent, {"Content-Type": "application/json"})
    if sent is not None:
        request.add_header("Prefect-Csrf-Client", "tests")
        request.add_header("Prefect-Csrf-Token", _get(user, "/csrf-token?client=tests")["token"])
    request.add_header("Authorization", "Basic " + base64.b64encode(user.auth_string.encode()).decode())
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


@pytest.mark.slow
def test_a_change_that_the_user_took_back_is_made_again(tmp_path: Path, kept_prefect: Any) -> None:
    """The file is as it was before the landing: neither the stored result nor the commit's trailer is believed."""
    told = Told("1", ("SUMS.md",), extra="\n**Files to modify:**\n\n- `src/lib.rs`\n")
    sums = "/// Sums.\npub fn sum(all: &[i32]) -> i32 {\n    all.iter().sum()\n}\n\n"
    test = "\n    #[test]\n    fn sums() {\n        assert_eq!(super::sum(&[1, 2]), 3);\n    }\n}\n"
    lib = LIB.replace("#[cfg(test)]", sums + "#[cfg(test)]").removesuffix("}\n") + test

    with ScriptedServer(agents(lambda _: [("src/lib.rs", lib), ("SUMS.md", "# Sums\n\nOf numbers.\n")])) as server:
        scene = Scene(tmp_path, plan_text(told), server)
        assert {"1": ("COMPLETE", None)} == statuses(scene.report())
        scene.git("checkout", "--quiet", "--", ".ai/plans")
        scene.git("checkout", "HEAD~1", "--", "src/lib.rs")
        scene.git("commit", "--quiet", "-m", "not like this")
        asked = scene.asked("1")
        done = scene.run("--json", "--fresh")

        assert 0 == done.returncode, done.stderr
        assert {"1": ("COMPLETE", None)} == statuses(json.loads(done.stdout))
        assert scene.asked("1") > asked
        assert lib == (scene.repo / "src/lib.rs").read_text(encoding="utf-8")
        assert "is done again: nothing of it is left in 'src/lib.rs'" in done.stderr


def test_a_lie_is_refused_and_tried_again_in_the_next_run(tmp_path: Path, kept_prefect: Any) -> None:
    """The trap: Prefect serves a *returned* failure as COMPLETED in the next run. Refused stays refused."""
    with ScriptedServer(agents(lambda _: [])) as server:
        scene = Scene(tmp_path, TWO, server)
        first = scene.report("--repair-rounds", "0")
        asked = scene.asked("1")
        second = scene.report()

        assert {"1": ("BLOCKED", "no_changes"), "2": ("BLOCKED", "upstream")} == statuses(first)
        assert (4, "FAILED") == (first["exit"], first["status"])
        assert "status: blocked" in scene.plan.read_text(encoding="utf-8")
        assert {"1": ("BLOCKED", "no_changes"), "2": ("BLOCKED", "upstream")} == statuses(second)
        assert first["run"] == second["run"]
        assert scene.asked("1") > asked
        assert 0 == scene.asked("2")
        assert scene.git("rev-parse", "HEAD").strip() == first["base_commit"]


def test_a_repair_round_mends_what_the_gate_refused(tmp_path: Path, kept_prefect: Any) -> None:
    def mends(conversation: Conversation) -> list[tuple[str, str]]:
        return honest(conversation) if conversation.attempt > 1 else []

    with ScriptedServer(agents(mends)) as server:
        scene = Scene(tmp_path, plan_text(Told("1", ("tests/one.rs",))), server)
        report = scene.report()

        assert {"1": ("COMPLETE", None)} == statuses(report)
        assert 2 == report["phases"][0]["attempts"]


def test_a_phase_that_takes_too_long_is_a_timeout(tmp_path: Path, kept_prefect: Any) -> None:
    """TIMEOUT is told apart from failure, in the report and as a Prefect state; what waits for it is not reached."""

    def slow(conversation: Conversation, turn: int, body: dict[str, Any]) -> Step:
        return hanging(agents(honest)(conversation, turn, body))

    plan = plan_text(
        Told("1", ("tests/one.rs",), (), "\n**Timeout:** 3 seconds\n"), Told("2", ("tests/two.rs",), ("1",))
    )
    with ScriptedServer(slow) as server:
        scene = Scene(tmp_path, plan, server)
        report = scene.report()
        record = json.loads(scene.call("status", "--json").stdout)

    nodes = dict(_get(kept_prefect, f"/flow_runs/{record['flow_run_id']}/graph-v2")["nodes"])
    names = {node["label"]: node["state_type"] for node in nodes.values()}
    assert {"1": ("TIMEOUT", "timeout"), "2": ("BLOCKED", "upstream")} == statuses(report)
    assert 4 == report["exit"]
    assert {"phase 1": "FAILED", "phase 2": "FAILED"} == {k: v for k, v in names.items() if k in ("phase 1", "phase 2")}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_in_phase_2_goes_on_without_phase_1(
    tmp_path: Path, kept_prefect: Any, number: signal.Signals
) -> None:
    hang = True

    def slow_second(conversation: Conversation, turn: int, body: dict[str, Any]) -> Step:
        step = agents(honest)(conversation, turn, body)
        return hanging(step) if hang and conversation.phase == "2" else step

    with ScriptedServer(slow_second) as server:
        scene = Scene(tmp_path, TWO, server)
        running = scene.start("--json")
        wait_for(lambda: scene.asked("2") >= 1)
        busy = scene.run()
        running.send_signal(number)
        running.communicate(timeout=30)
        wait_for(lambda: not ours(str(scene.repo)), seconds=10)
        asked, hang = scene.asked("1"), False
        resumed = scene.call("resume", "--json")
        report = json.loads(resumed.stdout)

        assert 6 == busy.returncode
        assert f"pid {running.pid}" in busy.stderr.replace("process", "pid")
        assert (130 if number == signal.SIGINT else -9) == running.returncode
        assert {"1": ("COMPLETE", None), "2": ("COMPLETE", None)} == statuses(report)
        assert (0, asked) == (resumed.returncode, scene.asked("1"))


def test_a_person_at_the_terminal_is_asked(tmp_path: Path, kept_prefect: Any) -> None:
    """The table makes room for the question; "stop" lets no further phase start."""
    two = plan_text(Told("1", ("tests/one.rs",)), Told("2", ("tests/two.rs",), ("1",)))
    with ScriptedServer(agents(lambda _: [])) as server:
        scene = Scene(tmp_path, two, server)
        shown, code = in_a_terminal(scene, "--repair-rounds", "0", "--max-parallel", "1", answer=b"stop\n")

    assert "Phase 1 is BLOCKED" in shown
    assert 4 == code


def in_a_terminal(scene: Scene, *options: str, answer: bytes) -> tuple[str, int]:
    """Run the plan in a pseudo terminal, give *answer* to every question, and return what it showed and its code."""
    ours, theirs = os.openpty()
    running = subprocess.Popen(
        [PROGRAM, "run", PLAN, *options], cwd=scene.repo, env=scene.env(TERM="xterm"), stdin=theirs, stdout=theirs,
        stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, answered, end = b"", 0, time.monotonic() + 240
    while time.monotonic() < end:
        try:
            shown += os.read(ours, 65536)
        except OSError:
            break
        if shown.count(b"3. continue (default)") > answered:
            answered += 1
            os.write(ours, answer)
    os.close(ours)
    return shown.decode("utf-8", "replace"), running.wait(timeout=30)
