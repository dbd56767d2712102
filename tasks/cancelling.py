"""Cancelled in the interface: nobody tells a process that no worker started, so a run looks after its own state."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.runtime import flow_run
from prefect.states import Cancelled

from phasewright.result import RunReport

LOOK_EVERY_SECONDS = 5.0
_ENDED_OUTSIDE = frozenset({StateType.CANCELLING, StateType.CANCELLED, StateType.CRASHED})


async def unless_cancelled(work: Coroutine[Any, Any, State[RunReport]]) -> State[RunReport]:
    """Return what *work* returns; Cancelled, with *work* stopped, once somebody has ended this flow run."""
    working = asyncio.create_task(work)
    watching = asyncio.create_task(_until_ended_outside(UUID(str(flow_run.get_id()))))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        is_done = working.done()
        for each in (working, watching):
            each.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
    return working.result() if is_done else Cancelled(message="stopped; resume goes on where it ended")


async def _until_ended_outside(flow_run_id: UUID) -> None:
    """Return once the server says that the flow run is over. A server that is silent says nothing."""
    async with get_client() as client:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                state = (await client.read_flow_run(flow_run_id)).state
            except Exception as problem:  # the work must not end because a look failed
                get_run_logger().debug("own state not read: %s", problem)
                continue
            if state is not None and state.type in _ENDED_OUTSIDE:
                get_run_logger().warning("stopping: this flow run was set to %s", state.name)
                return
