"""`accept`: a person takes a finding upon themselves; the refused candidate lands and nobody is paid again."""

import json
from pathlib import Path
from typing import Any

import pytest
from support_runs import Scene, Told, agents, integration_test, plan_text, statuses

from phasewright.scripted import Conversation, ScriptedServer

pytestmark = [pytest.mark.prefect, pytest.mark.cargo, pytest.mark.timeout(900)]

PLAN = plan_text(Told("1", ("tests/one.rs",)), Told("2", ("tests/two.rs",), ("1",)))
BECAUSE = "it is measured elsewhere"
WEAK = "#[test]\nfn adds_1() {\n    let _ = tiny::add(1, 1);\n}\n"


def work(conversation: Conversation) -> list[tuple[str, str]]:
    """Phase 1 writes a test that asserts nothing, whatever it is told; phase 2 does what it should."""
    return [("tests/one.rs", WEAK)] if conversation.phase == "1" else [("tests/two.rs", integration_test(2))]


def test_an_accepted_finding_lands_the_refused_candidate_unpaid(tmp_path: Path, kept_prefect: Any) -> None:
    with ScriptedServer(agents(work)) as server:
        scene = Scene(tmp_path, PLAN, server)
        refused = scene.report("--repair-rounds", "0", "--on-failure", "continue")
        run = refused["run"]
        codes = sorted({f["code"] for f in refused["phases"][0]["verdict"]["findings"] if f["severity"] == "error"})
        asked = scene.asked("1")

        wrong = [
            scene.call("accept", "20200101-000000-abcd", "1", codes[0], "--because", BECAUSE),
            scene.call("accept", run, "9", codes[0], "--because", BECAUSE),
            scene.call("accept", run, "2", codes[0], "--because", BECAUSE),
            scene.call("accept", run, "1", "no-such-code", "--because", BECAUSE),
            scene.call("accept", run, "1", codes[0], "--because", "  "),
            scene.call("accept", run, "1", codes[0]),
        ]
        accepted = [scene.call("accept", run, "1", code, "--because", BECAUSE) for code in codes]
        done = scene.call("resume", run, "--json")
        shown = scene.call("report", run).stdout
        note = json.loads(scene.git("notes", "--ref=phasewright", "show", _landed(done.stdout, "1")))

        assert not server.problems
        assert asked == scene.asked("1"), "the agents of phase 1 were asked again"

    assert {"1": ("BLOCKED", "verify_failed"), "2": ("BLOCKED", "upstream")} == statuses(refused)
    assert [2] * len(wrong) == [one.returncode for one in wrong]
    assert "(it has: 1)" in wrong[1].stderr
    assert f"there are: {', '.join(codes)}" in wrong[3].stderr
    assert "needs a reason" in wrong[4].stderr
    assert [0] * len(codes) == [one.returncode for one in accepted], accepted[0].stderr
    assert f"next: phasewright resume {run}" in accepted[-1].stdout
    assert 0 == done.returncode, done.stderr
    assert {"1": ("COMPLETE", None), "2": ("COMPLETE", None)} == statuses(json.loads(done.stdout))
    noted = [f for f in note["evidence"]["verdict"]["findings"] if f["code"] in codes]
    assert all(f["accepted_by"].startswith(f"{BECAUSE} (") for f in noted if f["severity"] == "error")
    assert BECAUSE in shown and "a person accepted" in shown


def _landed(stdout: str, phase: str) -> str:
    commits: dict[str, str] = {p["id"]: p["landed_commit"] for p in json.loads(stdout)["phases"]}
    return commits[phase]
