"""The end of a run's history: task runs reach a Prefect server only as events, some seconds behind the work."""

import asyncio
import inspect
import time
from collections import Counter

LOOK_EVERY_SECONDS = 0.3
STEADY_SECONDS = 0.9
"""The private server writes what it has every 0.5 s; a count that stands for longer is all that was sent."""
GIVE_UP_SECONDS = 5.0
"""Task runs of a killed attempt stay Running for ever: when nothing changes any more, they are not waited for."""


async def wait_for_history(flow_run_id: str, timeout_seconds: float = 60) -> bool:
    """Send what is still queued here, and wait until the server shows the flow run's task runs ended.

    Returns False when some are not final after *timeout_seconds*, or when nothing has changed for a while.
    """
    from prefect.events.worker import EventsWorker

    began = changed = time.monotonic()
    drained = EventsWorker.drain_all(timeout=timeout_seconds)
    if inspect.isawaitable(drained):
        await drained
    seen: Counter[bool] = Counter()
    while (now := time.monotonic()) - began < timeout_seconds:
        if (states := await _final_or_not(flow_run_id)) != seen:
            seen, changed = states, now
        if not seen[False] and now - changed >= STEADY_SECONDS:
            return True
        if now - changed >= GIVE_UP_SECONDS:
            return False
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return False


async def _final_or_not(flow_run_id: str) -> Counter[bool]:
    """Return how many task runs have ended (True) and have not (False)."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id]))
    count: Counter[bool] = Counter()
    async with get_client() as client:
        while page := await client.read_task_runs(flow_run_filter=chosen, limit=200, offset=count.total()):
            count.update(run.state is not None and run.state.is_final() for run in page)
    return count
