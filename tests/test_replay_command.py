"""`replay` of a whole run with three sub-agents at once: twice the same, at no cost, and a difference is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from support_runs import Scene, Told, agents, integration_test, plan_text, statuses

from phasewright.record.places import state_home
from phasewright.scripted import Call, Conversation, ScriptedServer, Step

pytestmark = [pytest.mark.prefect, pytest.mark.cargo, pytest.mark.timeout(900)]

FILES = ("tests/one.rs", "tests/two.rs", "tests/three.rs")


def three_at_once(conversation: Conversation, turn: int, body: dict[str, Any]) -> Step:
    """Phase 1: an orchestrator with three delegations in one turn, the first sub-agent being the slowest."""
    if conversation.agent != "orchestrator":
        n = conversation.n or 0
        step = agents(lambda _: [(FILES[n - 1], integration_test(n))])(conversation, turn, body)
        return step.model_copy(update={"delay_seconds": 0.3 * (3 - n)})
    if turn == 1:
        calls = [{"agent": "general-purpose", "task": f"write {file}", "files": [file]} for file in FILES]
        return Step(calls=tuple(Call(tool="delegate", input=call) for call in calls))
    return agents(lambda _: [])(conversation, turn, body)


@pytest.mark.slow
def test_three_sub_agents_at_once_are_recorded_and_replayed_twice_the_same(tmp_path: Path, kept_prefect: Any) -> None:
    with ScriptedServer(three_at_once) as server:
        scene = Scene(tmp_path, plan_text(Told("1", FILES)), server)
        # A prompt of the user's own, which git ignores: the run reads it, and a clone has it not.
        (scene.repo / ".ai/prompts").mkdir()
        (scene.repo / ".ai/prompts/.gitignore").write_text("*\n", encoding="utf-8")
        (scene.repo / ".ai/prompts/report.md").write_text("Say what you did.\n", encoding="utf-8")
        report = scene.report()
        asked = dict(server.counts)
        head = scene.git("rev-parse", "HEAD")
        replays = [scene.call("replay", report["run"], "--json") for _ in range(2)]

        # A record that was changed by hand is noticed where it was changed.
        (transcript,) = [
            file
            for file in state_home().rglob("*.jsonl")
            if report["run"] in str(file.parent) and "orchestrator" in file.name
        ]
        transcript.write_text(transcript.read_text(encoding="utf-8").replace("Part 1.", "Part 2."), encoding="utf-8")
        other = scene.call("replay", report["run"])

        assert {"1": ("COMPLETE", None)} == statuses(report)
        assert {"orchestrator", *("123")} == {name.split("/")[-1] for name in asked}
        assert asked == dict(server.counts), "a replay asks the record, never the service"

    assert [0, 0] == [done.returncode for done in replays], replays[0].stderr
    first, second = (json.loads(done.stdout) for done in replays)
    assert first == second
    assert (True, [], []) == (first["same"], first["differences"], first["divergences"])
    assert sum(asked.values()) == first["recorded_requests"] == first["replayed_requests"]
    assert [("COMPLETE", "COMPLETE", True)] == [(p["recorded"], p["replayed"], p["same_tree"]) for p in first["phases"]]
    assert head == scene.git("rev-parse", "HEAD")

    assert 4 == other.returncode
    assert "NOT the same" in other.stdout
    assert "first request that differs: " in other.stdout and "/1/1/orchestrator, turn 1: " in other.stdout
