"""Every way in which a model or its service fails, at the first, a middle and the last turn of a conversation.

For each: how the conversation ends, how many requests it makes, and that no side effect happens twice. None hangs, and
none becomes a success that it is not.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support_agents import QUICK, Watcher, connected, script
from support_bench import LocalBench, make_job

from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import JobLimits
from phasewright.agent.orchestrator import orchestrate
from phasewright.agent.sub_agent import run_sub_agent
from phasewright.errors import ConversationEnded
from phasewright.result import Reason

LIMIT_SECONDS = 2.0
TRIES = QUICK.tries


@dataclass(frozen=True)
class Case:
    id: str
    step: dict[str, Any]
    """Played before the turn's own step."""
    reason: Reason | None = None
    """None: the conversation recovers and comes to its end."""
    requests: int | None = 1
    """Requests that the fault costs beyond the conversation's own, or until its end. None: as many as time allows."""
    summed_up: int = 0
    """Requests of the fresh conversation in which a sub-agent's is summed up; an orchestrator's is not."""
    needs_call: bool = False
    """True: strikes a tool call, so it cannot strike the last turn."""


def fault(kind: str = "http", **fields: Any) -> dict[str, Any]:
    return {"fault": {"kind": kind, **fields}}


CASES = [
    Case("429", fault(status=429)),
    Case("429 for ever", fault(status=429, times=99), Reason.RATE_LIMITED, TRIES),
    Case("429 in three hours", fault(status=429, headers={"retry-after": "10800"}), Reason.RATE_LIMITED),
    Case("429 spend limit", fault(status=429, error_code="enforced_spend_limit_reached"), Reason.BUDGET),
    Case("529", fault(status=529)),
    Case("529 for ever", fault(status=529, times=99), Reason.MODEL_ERROR, TRIES),
    Case("500", fault(status=500)),
    Case("401", fault(status=401), Reason.MODEL_ERROR),
    Case("404 model", fault(status=404, message="model: claude-nobody-9"), Reason.MODEL_ERROR),
    Case("reset before headers", fault("cut", at="headers", how="reset")),
    Case("cut before the first event", fault("cut", at="start", how="end")),
    Case("cut before tool JSON", fault("cut", at="content", how="end")),
    Case("cut inside tool JSON", fault("cut", at="tool_json", how="end"), needs_call=True),
    Case("reset inside tool JSON", fault("cut", at="tool_json", how="reset"), needs_call=True),
    Case("cut after tool JSON", fault("cut", at="stop", how="end")),
    Case("cut after the stop reason", fault("cut", at="message_stop", how="drop")),
    Case("error inside the stream", fault("sse_error")),
    Case("error inside the stream for ever", fault("sse_error", times=99), Reason.MODEL_ERROR, TRIES),
    Case("malformed tool JSON", fault("tool_json", json_is="malformed"), needs_call=True),
    Case("truncated tool JSON", fault("tool_json", json_is="truncated"), needs_call=True),
    Case("tool JSON that is a list", fault("tool_json", json_is="list"), needs_call=True),
    Case("refusal", {"text": "No.", "stop_reason": "refusal"}, Reason.REFUSED),
    Case(
        "max_tokens inside a call",
        {"calls": [{"read_file": {"path": "src/lib.rs"}}], "stop_reason": "max_tokens"},
    ),
    Case("max_tokens in text", {"text": "I think", "stop_reason": "max_tokens"}),
    Case(
        "context window",
        {"text": "x", "stop_reason": "model_context_window_exceeded"},
        Reason.MODEL_ERROR,
        summed_up=1,
    ),
    Case(
        "prompt too long",
        fault(status=400, message="prompt is too long: 210000 tokens > 200000 maximum"),
        Reason.MODEL_ERROR,
        summed_up=1,
    ),
    Case("hang before headers", fault("hang", at="headers")),
    Case("hang inside the reply", fault("hang", at="content")),
    Case("hang for ever", fault("hang", at="content", times=99), Reason.TIMEOUT, requests=None),
    Case("slow drip", {"text": "x" * 400, "pace_seconds": 0.3}, Reason.TIMEOUT),
    Case("unknown tool", {"calls": [{"teleport": {"to": "production"}}]}),
    Case("wrong types", {"calls": [{"read_file": {"path": 7, "limit": "all"}}]}),
]
PLACES = ["first", "middle", "last"]
TABLE = [(case, place) for case in CASES for place in PLACES if not (case.needs_call and place == "last")]


def steps_with(ordinary: list[dict[str, Any]], case: Case, place: str) -> list[dict[str, Any]]:
    at = PLACES.index(place)
    return [*ordinary[:at], case.step, *ordinary[at:]]


def expected_requests(case: Case, place: str) -> int | None:
    if case.requests is None:
        return None
    return len(PLACES) + case.requests if case.reason is None else PLACES.index(place) + case.requests


QUIET = QUICK.model_copy(update={"silence_seconds": 0.5})


@pytest.mark.parametrize(("case", "place"), TABLE, ids=lambda value: getattr(value, "id", value))
async def test_a_sub_agents_conversation(tmp_path: Path, case: Case, place: str) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    work = [{"calls": [{"bash": {"command": f"echo {n} >> done.txt"}}]} for n in (1, 2)]
    steps = steps_with([*work, {"text": "Done."}], case, place)
    summary = {"agent": "rust-developer-summary", "steps": [{"text": "So far."}]}
    played = script(summary, {"steps": steps})
    limits = JobLimits(agent_seconds=1.0 if case.reason == Reason.TIMEOUT else 20, phase_seconds=60)
    async with connected(played, retry=QUIET) as (model, server):
        began = time.monotonic()
        result = await run_sub_agent(
            Delegation(n=1, agent="rust-developer", task="Do it."),
            make_job(bench, limits=limits),
            model,
            observe=watcher,
            bench=bench,
        )

        assert time.monotonic() - began < limits.agent_seconds + LIMIT_SECONDS
        expected = expected_requests(case, place)
        assert expected is None or len(server.requests) == expected + case.summed_up
        assert [] == [p for p in server.problems if "has no turn" not in p]
    done = bench.workspace / "done.txt"
    lines = done.read_text().split() if done.exists() else []
    if case.reason is None:
        assert ("done", None) == (result.status, result.error)
        assert ["1", "2"] == lines
    else:
        assert "error" == result.status
        said = "ran out of time" if case.reason == Reason.TIMEOUT else f"{case.reason}: "
        assert said in (result.error or "")
        assert ["1", "2"][: PLACES.index(place)] == lines


@pytest.mark.parametrize(("case", "place"), TABLE, ids=lambda value: getattr(value, "id", value))
async def test_an_orchestrators_conversation(tmp_path: Path, case: Case, place: str) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    work = [{"calls": [{"delegate": {"agent": "rust-developer", "task": f"{n}"}}]} for n in (1, 2)]
    played = script({"steps": steps_with([*work, {"claim": {"summary": "done"}}], case, place)})
    limits = JobLimits(phase_seconds=1.0 if case.reason == Reason.TIMEOUT else 20)
    begun: list[str] = []

    async def delegate(delegation: Delegation) -> DelegationResult:
        begun.append(delegation.task)
        return DelegationResult(agent=delegation.agent, status="done", summary="Done.")

    async with connected(played, retry=QUIET) as (model, server):
        began, reason = time.monotonic(), None
        try:
            end = await orchestrate(
                make_job(bench, limits=limits), model, delegate=delegate, observe=watcher, bench=bench
            )
            assert end.claim is not None
        except ConversationEnded as ended:
            reason = ended.reason

        assert time.monotonic() - began < limits.phase_seconds + LIMIT_SECONDS
        assert expected_requests(case, place) in (None, len(server.requests))
    assert case.reason == reason
    assert ["1", "2"][: 2 if case.reason is None else PLACES.index(place)] == begun
