"""Turns against the scripted server: what counts as a reply, what is tried again, what ends a conversation."""

import asyncio
import gc
import time
from typing import Any

import pytest
from support_agents import QUICK, connected, script

from phasewright.budget import Budget
from phasewright.clock import Clock
from phasewright.errors import ConversationEnded, PreflightFailed
from phasewright.model import Model, RetryPolicy, Try
from phasewright.result import Reason
from phasewright.turn import Reply, Request, ToolSpec

TOOL = ToolSpec(
    name="read_file",
    description="Show a file.",
    input_schema={"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
)
CALL = {"calls": [{"read_file": {"path": "src/lib.rs"}}]}


def request(turn: int = 1, **changes: Any) -> Request:
    fields: dict[str, Any] = {
        "conversation": "run/1/1/orchestrator",
        "turn": turn,
        "model": "claude-sonnet-5-5",
        "system": "You test.",
        "tools": (TOOL,),
        "messages": ({"role": "user", "content": [{"type": "text", "text": "Go."}]},),
    }
    return Request(**fields | changes)


def steps(*said: Any) -> Any:
    return script({"steps": list(said)})


async def ask(played: Any, *, retry: RetryPolicy = QUICK, seconds: float = 20.0) -> tuple[Reply, list[Try]]:
    tries: list[Try] = []
    async with connected(played, retry=retry) as (model, _):
        budget = Budget("test", parent=model.budget, clock=Clock(seconds, "test"))
        return await model.turn(request(), budget, witness=tries.append), tries


async def test_a_whole_reply_comes_with_its_usage_and_price() -> None:
    reply, tries = await ask(steps({"text": "Hello.", "usage": {"input_tokens": 1000, "output_tokens": 200}}))

    assert "Hello." == reply.text
    assert "end_turn" == reply.stop_reason
    assert 0.004 == reply.usage.usd
    assert [1] == [made.number for made in tries]


async def test_tool_input_is_parsed() -> None:
    reply, _ = await ask(steps(CALL))

    assert [{"path": "src/lib.rs"}] == [call.input for call in reply.tool_calls]


BROKEN = [
    {"status": 429},
    {"status": 500},
    {"status": 529},
    {"status": 408},
    {"kind": "sse_error"},
    {"kind": "sse_error", "at": "start"},
    {"kind": "cut", "at": "start", "how": "end"},
    {"kind": "cut", "at": "headers", "how": "reset"},
    {"kind": "cut", "at": "content", "how": "reset"},
    {"kind": "cut", "at": "content", "how": "end"},
    {"kind": "cut", "at": "tool_json", "how": "drop"},
    {"kind": "cut", "at": "tool_json", "how": "end"},
    {"kind": "cut", "at": "stop", "how": "end"},
    {"kind": "tool_json", "json_is": "truncated"},
    {"kind": "tool_json", "json_is": "malformed"},
    {"kind": "tool_json", "json_is": "list"},
    {"kind": "hang", "at": "headers"},
    {"kind": "hang", "at": "content"},
]


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: "-".join(str(v) for v in fault.values()))
async def test_a_broken_reply_is_never_used_and_asked_for_again(fault: dict[str, Any]) -> None:
    reply, tries = await ask(steps({"fault": fault}, CALL))

    assert [{"path": "src/lib.rs"}] == [call.input for call in reply.tool_calls]
    assert [None] == [made.reply for made in tries[:-1]]
    assert 2 == len(tries)


async def test_a_reply_that_the_sdk_trips_over_leaves_nothing_open() -> None:
    """Left to the garbage collector, its iterators would be closed on an event loop that may be gone."""
    gc.disable()
    try:
        await ask(steps({"fault": {"kind": "tool_json", "json_is": "malformed"}}, CALL))
        for _ in range(20):
            await asyncio.sleep(0)
        begun = asyncio.get_running_loop()._asyncgens  # type: ignore[attr-defined]  # nothing public lists them
        left = [one.__qualname__ for one in begun if one.ag_frame is not None]
    finally:
        gc.enable()

    assert [] == [name for name in left if "Stream" in name or "Response" in name or "Decoder" in name]


FATAL = [
    ({"status": 400}, Reason.MODEL_ERROR),
    ({"status": 401}, Reason.MODEL_ERROR),
    ({"status": 403}, Reason.MODEL_ERROR),
    ({"status": 404}, Reason.MODEL_ERROR),
    ({"status": 413}, Reason.MODEL_ERROR),
    ({"status": 429, "error_code": "enforced_spend_limit_reached"}, Reason.BUDGET),
    ({"status": 429, "headers": {"x-should-retry": "false"}}, Reason.RATE_LIMITED),
    ({"status": 429, "headers": {"retry-after": "3600"}}, Reason.RATE_LIMITED),
    ({"status": 529, "headers": {"retry-after": "3600"}}, Reason.MODEL_ERROR),
]


@pytest.mark.parametrize(("fault", "reason"), FATAL, ids=lambda value: str(value)[:70])
async def test_what_cannot_get_better_ends_after_one_request(fault: dict[str, Any], reason: Reason) -> None:
    async with connected(steps({"fault": fault}, CALL)) as (model, server):
        budget = Budget("test", parent=model.budget, clock=Clock(20, "test"))
        with pytest.raises(ConversationEnded) as ended:
            await model.turn(request(), budget)

        assert 1 == len(server.requests)
    assert reason == ended.value.reason


@pytest.mark.parametrize(("status", "reason"), [(429, Reason.RATE_LIMITED), (529, Reason.MODEL_ERROR)])
async def test_tries_are_counted(status: int, reason: Reason) -> None:
    async with connected(steps({"fault": {"status": status, "times": 50}}, CALL)) as (model, server):
        with pytest.raises(ConversationEnded) as ended:
            await model.turn(request(), model.budget)

        assert QUICK.tries == len(server.requests)
    assert reason == ended.value.reason
    assert f"after {QUICK.tries} tries" in str(ended.value)


async def test_nobody_there_is_a_model_error() -> None:
    environment = {"ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    model = Model.connect(retry=QUICK, environment=environment)
    with pytest.raises(ConversationEnded) as ended:
        await model.turn(request(), model.budget)
    await model.close()

    assert Reason.MODEL_ERROR == ended.value.reason
    assert "connection" in str(ended.value)


async def test_a_reply_cut_at_its_limit_is_whole_but_not_run() -> None:
    reply, tries = await ask(steps({**CALL, "stop_reason": "max_tokens"}))

    assert "max_tokens" == reply.stop_reason
    assert 1 == len(tries)


async def test_a_refusal_says_its_category() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "no exploits"}
    reply, _ = await ask(steps({"text": "No.", "stop_reason": "refusal", "stop_details": details}))

    assert "cyber: no exploits" == reply.refusal


async def test_a_broken_reply_is_charged_for() -> None:
    _, tries = await ask(steps({"fault": {"kind": "cut", "at": "content", "how": "reset"}}, CALL))

    assert tries[0].usage.input_tokens + tries[0].usage.cache_creation_input_tokens > 0
    assert tries[0].usage.usd > 0


async def test_a_rate_limit_slows_everybody_down() -> None:
    """The second conversation asks only after the pause that the first one was told."""

    def handler(conversation: Any, turn: int, body: Any) -> Any:
        from phasewright.scripted import Step

        asked.append((conversation.n, time.monotonic()))
        if len(asked) == 1:
            return Step.model_validate({"fault": {"status": 429, "headers": {"retry-after": "0.6"}}})
        return Step(text="Done.")

    asked: list[tuple[int | None, float]] = []
    async with connected(handler) as (model, _):
        first = asyncio.create_task(model.turn(request(conversation="run/1/1/a/1"), model.budget))
        while not asked:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        await model.turn(request(conversation="run/1/1/a/2"), model.budget)
        await first

    assert min(at for _, at in asked[1:]) - asked[0][1] > 0.5


async def test_a_quota_that_opens_in_time_is_waited_for_when_allowed() -> None:
    """Waiting does not run the clock: the quota outlasts the phase's remaining time."""
    played = steps({"fault": {"status": 429, "headers": {"retry-after": "1.2"}}}, {"text": "Done."})
    async with connected(played, wait_for_quota=True) as (model, _):
        clock = Clock(0.6, "test")
        budget = Budget("test", parent=model.budget, clock=clock)
        async with clock.enforced():
            reply = await model.turn(request(), budget)

    assert "Done." == reply.text


async def test_slots_bound_requests_not_conversations() -> None:
    played = steps({"text": "Done.", "delay_seconds": 0.2})
    async with connected(played, max_parallel=2) as (model, server):
        asks = [model.turn(request(conversation=f"run/1/1/a/{n}"), model.budget) for n in range(1, 7)]
        await asyncio.gather(*asks)
        times = [(r.started_seconds, 1) for r in server.requests]
        times += [(r.ended_seconds or 0, -1) for r in server.requests]

    together, most = 0, 0
    for _, step in sorted(times):
        together += step
        most = max(most, together)

    assert 2 == most


async def test_the_request_holds_what_newer_models_take() -> None:
    async with connected(steps({"text": "Hi."})) as (model, server):
        await model.turn(
            request(output_schema={"type": "object", "properties": {}, "required": [], "additionalProperties": False}),
            model.budget,
        )
        [seen] = server.requests

        assert () == server.problems
    assert {"model", "max_tokens", "system", "tools", "messages", "cache_control", "output_config", "stream"} == set(
        seen.body
    )
    assert "json_schema" == seen.body["output_config"]["format"]["type"]


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "ANTHROPIC_API_KEY is not set"),
        ({"ANTHROPIC_API_KEY": "  "}, "ANTHROPIC_API_KEY is not set"),
        ({"ANTHROPIC_API_KEY": "a\nb"}, "holds characters that no key has"),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "nowhere"}, "'nowhere', which is no http"),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "http://x:99999"}, "is no http"),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "ftp://x"}, "is no http"),
    ],
)
def test_a_connection_that_cannot_be_is_told_before_anything_is_sent(environment: dict[str, str], said: str) -> None:
    with pytest.raises(PreflightFailed) as failed:
        Model.connect(environment=environment)

    assert said in str(failed.value)
    assert 3 == failed.value.exit_code
