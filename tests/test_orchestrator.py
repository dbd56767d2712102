"""One attempt at a phase against the scripted server: delegations, claims, and every way in which it can end."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from support_agents import QUICK, Watcher, connected, script
from support_bench import LocalBench, make_job

from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import JobLimits, PhaseJob
from phasewright.agent.orchestrator import OrchestratorEnd, orchestrate
from phasewright.agent.sub_agent import run_sub_agent
from phasewright.errors import ConversationEnded
from phasewright.model import Model
from phasewright.result import Reason
from phasewright.scripted import Conversation, Step

CLAIM = {"claim": {"summary": "done", "notes_for_next_phase": "the parser is there"}}
WORK = {"calls": [{"write_file": {"path": "src/parser.rs", "content": "pub fn parse() {}\n"}}]}


def delegating(*tasks: str, agent: str = "rust-developer") -> dict[str, Any]:
    return {"calls": [{"delegate": {"agent": agent, "task": task}} for task in tasks]}


def orchestrator(*steps: Any) -> dict[str, Any]:
    return {"agent": "orchestrator", "steps": list(steps)}


def sub_agent(*steps: Any, **which: Any) -> dict[str, Any]:
    return {"agent": "rust-developer", "steps": list(steps), **which}


async def attempt(job: PhaseJob, model: Model, bench: LocalBench, watcher: Watcher) -> OrchestratorEnd:
    async def delegate(delegation: Delegation) -> DelegationResult:
        return await run_sub_agent(delegation, job, model, observe=watcher, bench=bench)

    return await orchestrate(job, model, delegate=delegate, observe=watcher, bench=bench)


async def test_a_phase_is_delegated_and_ends_in_a_claim(tmp_path: Path) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    played = script(
        orchestrator(delegating("Write the parser."), CLAIM),
        sub_agent(WORK, {"text": "### Summary\nThe parser is written.\n### Details\nIt was easy."}),
    )
    async with connected(played) as (model, server):
        end = await attempt(make_job(bench), model, bench, watcher)

        assert () == server.problems
    assert end.claim is not None
    assert "done" == end.claim.summary
    assert 2 == end.turns
    assert "pub fn parse() {}\n" == (bench.workspace / "src/parser.rs").read_text()
    assert [("rust-developer 1", "### Summary\nThe parser is written.\n### Details\nIt was easy.")] == watcher.reports
    results = [r for r in watcher.records["20261125-020000-abcd/1/1/orchestrator"] if r["type"] == "tool"]
    expected = "rust-developer: done\nfiles changed (from git): src/parser.rs\nThe parser is written."
    assert expected == results[0]["output"]
    assert end.usage.usd > 0


async def test_the_task_stands_verbatim_in_the_sub_agents_first_message(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    task = 'Write  `parse`\n\n\tas asked – "now".'
    played = script(orchestrator(delegating(task), CLAIM), sub_agent({"text": "Done."}))
    async with connected(played) as (model, server):
        await attempt(make_job(bench), model, bench, Watcher())
        first = next(r for r in server.requests if "rust-developer" in (r.conversation or ""))

    assert task in first.body["messages"][0]["content"][0]["text"]


async def test_delegations_of_one_turn_run_side_by_side(tmp_path: Path) -> None:
    """None is answered before all three have asked."""
    bench, watcher = LocalBench(tmp_path), Watcher()
    all_three = threading.Barrier(3)

    def answer(conversation: Conversation, turn: int, _: dict[str, Any]) -> Step:
        if conversation.n is None:
            return Step.model_validate(delegating("a", "b", "c") if turn == 1 else CLAIM)
        all_three.wait(timeout=60)
        return Step(text="Done.")

    patient = QUICK.model_copy(update={"silence_seconds": 60.0})
    async with connected(answer, retry=patient) as (model, _):
        end = await attempt(make_job(bench), model, bench, watcher)

    assert end.claim is not None
    assert 3 == max(len(update.active) for update in watcher.updates)
    assert not all_three.broken


async def test_status_updates_are_made_by_code(tmp_path: Path) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    played = script(orchestrator(delegating("Write it."), CLAIM), sub_agent({"text": "Done."}))
    async with connected(played) as (model, _):
        await attempt(make_job(bench), model, bench, watcher)

    second = watcher.updates[1]
    assert second.text.splitlines() == [
        f"[PHASE 1 STATUS] {second.at:%Y-%m-%dT%H:%M:%SZ}",
        "Current Task: rust-developer 1: Write it.",
        "Sub-Agents Active: rust-developer 1",
        "Progress: 0/1 tasks complete",
        "Next Action: wait for the sub-agents",
    ]
    assert ["1/1"] == [f"{u.done}/{u.total}" for u in watcher.updates if u.current_task == "rust-developer 1 is done"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"agent": "database-wizard", "task": "x"}, "no agent 'database-wizard'; there are: rust-developer, "),
        ({"agent": "rust-developer", "task": "  "}, "the task is empty"),
        ({"agent": "rust-developer"}, "wrong input for delegate:\n- task: Field required"),
        ({"agent": "rust-developer", "task": 3}, "wrong input for delegate:\n- task: Input should be a valid string"),
    ],
)
async def test_a_delegation_that_cannot_be_is_told_so(tmp_path: Path, arguments: dict[str, Any], said: str) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    played = script(orchestrator({"calls": [{"delegate": arguments}]}, CLAIM))
    async with connected(played) as (model, _):
        end = await attempt(make_job(bench), model, bench, watcher)

    [result] = [r for r in watcher.records["20261125-020000-abcd/1/1/orchestrator"] if r["type"] == "tool"]
    assert result["is_error"]
    assert result["output"].startswith(said)
    assert end.claim is not None


async def test_a_claim_that_cannot_be_read_is_asked_for_once_more(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    async with connected(script(orchestrator({"text": "All done!"}, CLAIM))) as (model, _):
        end = await attempt(make_job(bench), model, bench, Watcher())

    assert end.claim is not None


async def test_two_turns_without_a_claim_end_without_one(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    async with connected(script(orchestrator({"text": "All done!"}, {"text": "Really!"}))) as (model, _):
        end = await attempt(make_job(bench), model, bench, Watcher())

    assert end.claim is None
    assert "the last turn is no claim" in (end.note or "")


async def test_a_failed_sub_agent_is_an_error_result_and_the_phase_goes_on(tmp_path: Path) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    played = script(
        orchestrator(delegating("Write it."), CLAIM), sub_agent({"stop_reason": "refusal", "text": "I will not."})
    )
    async with connected(played) as (model, _):
        end = await attempt(make_job(bench), model, bench, watcher)

    [result] = [r for r in watcher.records["20261125-020000-abcd/1/1/orchestrator"] if r["type"] == "tool"]
    assert result["is_error"]
    assert result["output"].startswith("rust-developer: error\nerror: refused: ")
    assert end.claim is not None


async def test_a_slow_sub_agent_ends_the_delegation_alone(tmp_path: Path) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    sleep = {"calls": [{"bash": {"command": "sleep 30"}}]}
    played = script(orchestrator(delegating("Write it."), CLAIM), sub_agent(sleep))
    job = make_job(bench, limits=JobLimits(phase_seconds=20, agent_seconds=0.7))
    async with connected(played) as (model, _):
        began = time.monotonic()
        end = await attempt(job, model, bench, watcher)

        assert time.monotonic() - began < 5
    [result] = [r for r in watcher.records["20261125-020000-abcd/1/1/orchestrator"] if r["type"] == "tool"]
    assert "ran out of time after 0.7 s" in result["output"]
    assert end.claim is not None


@pytest.mark.parametrize("where", ["orchestrator", "sub-agent"])
async def test_the_phases_time_ends_everything(tmp_path: Path, where: str) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    hang = {"fault": {"kind": "hang", "seconds": 30}}
    if where == "orchestrator":
        played = script(orchestrator(hang))
    else:
        played = script(orchestrator(delegating("x"), CLAIM), sub_agent({"calls": [{"bash": {"command": "sleep 30"}}]}))
    job = make_job(bench, limits=JobLimits(phase_seconds=0.8, agent_seconds=10))
    async with connected(played) as (model, _):
        began = time.monotonic()
        with pytest.raises(ConversationEnded) as ended:
            await attempt(job, model, bench, watcher)

        assert time.monotonic() - began < 3
    assert Reason.TIMEOUT == ended.value.reason


async def test_turns_run_out_as_budget(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    look = [{"calls": [{"read_file": {"path": "src/lib.rs", "offset": n}}]} for n in range(1, 4)]
    job = make_job(bench, limits=JobLimits(max_turns=2, phase_seconds=20))
    async with connected(script(orchestrator(*look))) as (model, server):
        with pytest.raises(ConversationEnded) as ended:
            await attempt(job, model, bench, Watcher())

        assert 2 == len(server.requests)
    assert Reason.BUDGET == ended.value.reason
    assert ended.value.usage is not None
    assert ended.value.usage.output_tokens > 0


async def test_cancelling_kills_commands_and_cuts_streams_at_once(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    command = "echo $$ > pid; sleep 60 & wait"
    played = script(orchestrator(delegating("x"), CLAIM), sub_agent({"calls": [{"bash": {"command": command}}]}))
    async with connected(played) as (model, _):
        task = asyncio.create_task(attempt(make_job(bench), model, bench, Watcher()))
        while not (bench.workspace / "pid").exists() or not (bench.workspace / "pid").read_text().strip():
            await asyncio.sleep(0.02)
        pid = int((bench.workspace / "pid").read_text())
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert time.monotonic() - began < 2
        assert not Path(f"/proc/{pid}").exists()


async def test_every_request_names_its_conversation_and_turn(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    played = script(orchestrator(delegating("x"), CLAIM), sub_agent(WORK, {"text": "Done."}))
    async with connected(played) as (model, server):
        await attempt(make_job(bench, attempt=2), model, bench, Watcher())
        seen = [(r.conversation, r.turn) for r in server.requests]

    run = "20261125-020000-abcd/1/2"
    assert seen == [
        (f"{run}/orchestrator", 1),
        (f"{run}/rust-developer/1", 1),
        (f"{run}/rust-developer/1", 2),
        (f"{run}/orchestrator", 2),
    ]


async def test_a_quota_that_opens_in_three_hours_pauses_visibly_and_can_be_stopped(tmp_path: Path) -> None:
    """With --wait-for-quota the attempt waits past its own time and says so; stopping it then takes effect at once."""
    bench, watcher = LocalBench(tmp_path), Watcher()
    played = script(orchestrator({"fault": {"status": 429, "headers": {"retry-after": "10800"}}}, CLAIM))
    async with connected(played, wait_for_quota=True) as (model, server):
        going = asyncio.create_task(attempt(make_job(bench, limits=JobLimits(phase_seconds=5)), model, bench, watcher))
        while not any(update.issue for update in watcher.updates):
            await asyncio.sleep(0.01)
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)

        assert going.cancelled()
        assert 1 == len(server.requests)
    issue = next(update.issue for update in watcher.updates if update.issue)
    assert "429" in issue
    assert "again in 10800.0 s" in issue
