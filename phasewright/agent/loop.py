"""The loop of every agent: ask, run what is asked for, check the limits, again. The history only ever grows."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Sequence

from phasewright.agent.limits import Step, next_step
from phasewright.agent.talk import Talk
from phasewright.tools.tool import ToolResult
from phasewright.turn import Reply, ToolCall


async def converse(talk: Talk) -> Reply:
    """Go on with *talk* until the model calls no tool any more; return that last reply.

    Raises:
        ConversationEnded: with the reason, when it cannot come to that.
    """
    cut = 0
    while True:
        talk.budget.take_turn()
        reply = await talk.ask()
        step = next_step(reply, cut)
        talk.add_reply(reply)
        cut = cut + 1 if step == Step.SMALLER else 0
        if step == Step.FINISH:
            return reply
        if step == Step.SMALLER:
            talk.refuse_calls(reply)
        elif step == Step.RUN_TOOLS:
            results = await run_tools(talk, reply.tool_calls)
            talk.add_results(reply.tool_calls, results)


async def run_tools(talk: Talk, calls: Sequence[ToolCall]) -> list[ToolResult]:
    """Return one result a call, in order. Neighbouring delegations run side by side, all else one after the other."""
    results: list[ToolResult] = []
    for at_once, group in itertools.groupby(calls, key=lambda call: talk.tools.runs_side_by_side(call.name)):
        if at_once:
            with talk.budget.waiting():  # their time is theirs, not ours
                results += await side_by_side([run_tool(talk, call) for call in group])
        else:
            results += [await run_tool(talk, call) for call in group]
    return results


async def run_tool(talk: Talk, call: ToolCall) -> ToolResult:
    """Run one call and record it."""
    started = time.monotonic()
    result = await talk.tools.run(call)
    talk.record_tool(call, result, time.monotonic() - started)
    return result


async def side_by_side(jobs: Sequence[Awaitable[ToolResult]]) -> list[ToolResult]:
    """Return all results in order; when one raises, the others are cancelled and that error is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_as_coroutine(job)) for job in jobs]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def _as_coroutine(job: Awaitable[ToolResult]) -> ToolResult:
    return await job
