"""A question to a person who is not at this terminal: the flow run pauses, the UI shows a form.

A flow run has one state, so there is one question at a time: the caller holds the run's lock. Prefect's own timeout
is no answer (it fails the flow run), so its deadline lies far behind ours.
"""

import asyncio
from typing import Any, Literal
from uuid import UUID, uuid4

from prefect import get_client
from prefect.flow_runs import apause_flow_run, aresume_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import create_model

ANSWER_SECONDS = 15 * 60.0
_LOOK_EVERY_SECONDS = 2
_PREFECTS_DEADLINE_SECONDS = 24 * 3600


async def ask_by_form(question: str, choices: list[str], default: str, *, seconds: float = ANSWER_SECONDS) -> str:
    """Return a person's choice, or their own words where *choices* is empty; "" when nobody has answered in time."""
    flow_run_id = UUID(str(flow_run.get_id()))
    async with asyncio.TaskGroup() as group:  # a timer that fails must end the pause, which would poll on
        timer = group.create_task(_give_default(flow_run_id, default, seconds))
        answer = await apause_flow_run(
            wait_for_input=_form(choices, default).with_initial_data(description=question),
            timeout=_PREFECTS_DEADLINE_SECONDS,
            poll_interval=_LOOK_EVERY_SECONDS,
            key=f"ask-{uuid4().hex[:8]}",
        )
        timer.cancel()
    was_nobody = timer.done() and not timer.cancelled() and timer.result()
    return "" if was_nobody else str(answer.model_dump()["choice"])


def _form(choices: list[str], default: str) -> type[RunInput]:
    choice: Any = (Literal[tuple(choices)] if choices else str, default)
    return create_model("Answer", __base__=RunInput, choice=choice)


async def _give_default(flow_run_id: UUID, default: str, seconds: float) -> bool:
    """Answer for a person who did not; return False when somebody was quicker."""
    await asyncio.sleep(seconds)
    async with get_client() as client:
        state = (await client.read_flow_run(flow_run_id)).state
    if state is None or not state.is_paused():
        return False
    await aresume_flow_run(flow_run_id, run_input={"choice": default})
    return True
