"""What may be spent: nested, reserved before each request, never overshot by more than one reply."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from support_agents import Watcher, connected, script
from support_bench import LocalBench, make_job
from test_model import request

from phasewright.agent.orchestrator import orchestrate
from phasewright.budget import Budget
from phasewright.clock import Clock, OutOfTime
from phasewright.errors import ConversationEnded
from phasewright.prices import dearest_model, is_known, price
from phasewright.result import Reason, Usage

REPLY = {"text": "Hi.", "usage": {"input_tokens": 10_000, "output_tokens": 10_000}, "delay_seconds": 0.02}
COST = 0.12
"""Dollars of one such reply, 20,000 tokens."""


async def spend(budget: Budget, agents: int) -> tuple[int, list[Reason]]:
    """Let *agents* ask until somebody says no; return replies and reasons."""
    replies, reasons = 0, []

    async def agent(n: int, model: Any) -> None:
        nonlocal replies
        own = Budget(f"agent {n}", parent=Budget("phase", parent=model.budget))
        for turn in range(1, 50):
            try:
                await model.turn(request(turn=turn, conversation=f"run/1/1/a/{n}"), own)
            except ConversationEnded as ended:
                reasons.append(ended.reason)
                return
            replies += 1

    played = script({"steps": [REPLY] * 60})
    async with connected(played, budget=budget, max_parallel=64) as (model, _):
        await asyncio.gather(*(agent(n, model) for n in range(1, agents + 1)))
    return replies, reasons


@pytest.mark.parametrize("agents", [1, 64])
async def test_dollars_overshoot_by_one_reply_at_most(agents: int) -> None:
    budget = Budget("run", usd=1.0)
    _, reasons = await spend(budget, agents)

    assert 1.0 <= budget.usage.usd <= 1.0 + COST
    assert [Reason.BUDGET] * agents == reasons


async def test_tokens_overshoot_by_one_reply_at_most() -> None:
    budget = Budget("run", tokens=150_000)
    await spend(budget, 64)

    assert 150_000 <= budget.usage.total_tokens <= 170_000


async def test_a_spent_budget_asks_nothing_and_names_the_option() -> None:
    async with connected(script({"steps": [REPLY]}), budget=Budget("run", usd=0.0)) as (model, server):
        with pytest.raises(ConversationEnded, match="resume with a higher --budget-usd") as ended:
            await model.turn(request(), model.budget)

        assert () == server.requests
    assert Reason.BUDGET == ended.value.reason


async def test_what_a_run_spent_before_counts() -> None:
    budget = Budget("run", usd=1.0, usage=Usage(usd=1.0))
    async with connected(script({"steps": [REPLY]}), budget=budget) as (model, server):
        with pytest.raises(ConversationEnded):
            await model.turn(request(), Budget("phase", parent=budget))

        assert () == server.requests


async def test_every_level_counts_what_is_below() -> None:
    run = Budget("run")
    phases = [Budget("phase", parent=run) for _ in range(2)]
    async with connected(script({"steps": [REPLY]}), budget=run) as (model, _):
        for n, phase in enumerate(phases):
            await model.turn(request(conversation=f"run/{n}/1/a/1"), Budget("conversation", parent=phase))

    assert [COST, COST, 2 * COST] == [pytest.approx(b.usage.usd) for b in (*phases, run)]


async def test_a_spent_budget_ends_the_phase_as_budget(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    look = {"calls": [{"read_file": {"path": "src/lib.rs"}}], "usage": {"output_tokens": 10_000}}
    async with connected(script({"steps": [look, {"claim": {"summary": "x"}}]}), budget=Budget("run", usd=0.05)) as (
        model,
        server,
    ):
        with pytest.raises(ConversationEnded) as ended:
            await orchestrate(make_job(bench), model, delegate=lambda _: None, observe=Watcher(), bench=bench)  # type: ignore

        assert 1 == len(server.requests)
    assert Reason.BUDGET == ended.value.reason


def test_prices_follow_the_list_and_unknown_models_cost_the_dearest() -> None:
    million = Usage(input_tokens=1_000_000, output_tokens=1_000_000)

    assert 12.0 == price("claude-sonnet-5-5", million)
    assert not is_known("claude-zeta-9")
    assert price(dearest_model(), million) == price("claude-zeta-9", million)
    assert price("claude-zeta-9", million) >= price("claude-fable-5", million)


def test_cached_tokens_have_their_own_prices() -> None:
    usage = Usage(cache_read_input_tokens=1_000_000, cache_creation_input_tokens=1_000_000)

    assert pytest.approx(2.6) == price("claude-sonnet-5-5", usage)
    assert pytest.approx(4.1) == price("claude-sonnet-5-5", usage, one_hour=True)


async def test_a_clock_stands_still_while_all_who_work_under_it_wait() -> None:
    phase = Clock(10, "phase")
    agents = [Clock(10, f"agent {n}", parent=phase) for n in range(2)]
    with phase.working(), phase.waiting(), agents[0].working(), agents[1].working(), agents[0].waiting():
        await asyncio.sleep(0.1)
        with agents[1].waiting():
            before = phase.spent()
            await asyncio.sleep(0.2)

            assert before == phase.spent()
    assert 0.1 <= phase.spent() < 0.2
    assert agents[0].spent() < 0.05
    assert 0.1 <= agents[1].spent() < 0.2


async def test_a_clock_ends_the_block_that_it_watches() -> None:
    clock = Clock(0.2, "agent")
    began = time.monotonic()
    with pytest.raises(OutOfTime, match=r"agent ran out of time after 0\.2 s"):
        async with clock.enforced():
            await asyncio.sleep(10)

    assert time.monotonic() - began < 1


async def test_cancelling_from_outside_is_no_timeout() -> None:
    async def work() -> None:
        async with Clock(10, "agent").enforced():
            await asyncio.sleep(10)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_waiting_for_a_slot_costs_a_phase_no_time() -> None:
    """Two phases of 0.5 s each share one slot for 0.4 s a reply: both come through."""
    played = script({"steps": [{"text": "Hi.", "delay_seconds": 0.4}]})
    async with connected(played, max_parallel=1) as (model, _):

        async def phase(n: int) -> str:
            clock = Clock(0.7, f"phase {n}")
            async with clock.enforced():
                budget = Budget("phase", parent=model.budget, clock=clock)
                return (await model.turn(request(conversation=f"run/{n}/1/orchestrator"), budget)).text

        assert ["Hi."] * 3 == await asyncio.gather(phase(1), phase(2), phase(3))
