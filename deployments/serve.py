"""Server, schedule and runner in one process: what `prefect.yaml` deploys, run here for as long as this lasts."""

import asyncio
import signal
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.runner import Runner

from deployments.definitions import names_in_braces, read_deployments
from phasewright import project_root


async def serve_flows(repository: Path, timezone: str, stopped: asyncio.Event) -> None:
    """Run what is asked for or due, until *stopped*; runs that go on are cancelled then, and the schedule is paused.

    Args:
        repository: the git repository whose plans the nightly run takes.
        timezone: of the nightly run's two o'clock.
    """
    root = project_root()
    runner = Runner(name="phasewright")
    for entry in read_deployments(root, names_in_braces(root, repository, timezone)):
        await runner.aadd_deployment(await _deployment(root, entry))
    serving = asyncio.create_task(runner.start())
    while not runner.started and not serving.done():
        await asyncio.sleep(0.05)
    # The runner's own handler ends the process in the middle of its cancelling.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        await runner.astop()
    waiting.cancel()
    await serving


async def _deployment(root: Path, entry: dict[str, Any]) -> RunnerDeployment:
    flow: Flow[Any, Any] = await Flow.afrom_source(source=str(root), entrypoint=entry["entrypoint"])
    limit = entry.get("concurrency_limit")
    return await flow.ato_deployment(
        name=entry["name"],
        description=entry.get("description"),
        tags=entry.get("tags"),
        parameters=entry.get("parameters"),
        schedules=[CronSchedule(cron=s["cron"], timezone=s["timezone"]) for s in entry.get("schedules", [])],
        concurrency_limit=ConcurrencyLimitConfig(**limit) if limit else None,
    )
