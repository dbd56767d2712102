"""Answer the question for which a flow run is paused."""

import asyncio
import json
from typing import Any
from uuid import UUID

from phasewright.errors import UsageError

_TRIES = 10


async def give_answer(flow_run_id: str, choice: str) -> None:
    """Let the paused flow run go on with *choice*.

    Raises:
        UsageError: it is not paused with a question, or the question has no such choice.
    """
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.flow_runs import aresume_flow_run
    from prefect.input.run_input import keyset_from_paused_state

    run_id = UUID(flow_run_id)
    async with get_client() as client:
        try:
            state = (await client.read_flow_run(run_id)).state
        except ObjectNotFound:
            state = None
        if state is None or not state.is_paused():
            raise UsageError("the run asks nothing now")
        choices = await _choices(client, run_id, keyset_from_paused_state(state)["schema"])
    if choices and choice not in choices:
        raise UsageError(f"the question has no choice {choice!r} (choices: {', '.join(choices)})")
    await aresume_flow_run(run_id, run_input={"choice": choice})


async def _choices(client: Any, run_id: UUID, key: str) -> list[str]:
    """Return what may be answered, empty for own words. A run is seen paused a moment before its form is stored."""
    from prefect.exceptions import ObjectNotFound

    for _ in range(_TRIES):
        try:
            schema = json.loads(await client.read_flow_run_input(flow_run_id=run_id, key=key))
        except ObjectNotFound:
            await asyncio.sleep(0.3)
            continue
        asked = schema.get("properties", {}).get("choice")
        if asked is not None:
            return list(asked.get("enum", []))
        break
    raise UsageError("the run asks nothing that can be answered here; look at it in the UI")
