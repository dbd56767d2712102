"""Put work pool, deployments and automations on the configured Prefect server. Doing it twice is fine."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deployments.definitions import names_in_braces, read_deployments
from deployments.server import configured_server
from deployments.timezone import known_timezone
from phasewright import project_root
from phasewright.errors import InfrastructureError, PreflightFailed
from phasewright.process import run

WORK_POOL = "phasewright"
_DEPLOY_SECONDS = 300.0


async def deploy(repository: Path, timezone: str | None = None, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the names of the deployments that are on the server now, as "flow/deployment".

    Args:
        repository: the git repository whose plans the nightly run takes.
        timezone: of the nightly run's two o'clock, such as "Europe/Berlin"; None: this machine's.

    Raises:
        PreflightFailed: no server is configured, or it does not answer.
        UsageError: the time zone is unknown.
        InfrastructureError: Prefect refused; its own words are in the message.
    """
    zone = known_timezone(timezone, environ)
    if not (server := configured_server(environ)):
        raise PreflightFailed(
            ["PREFECT_API_URL is not set; name the server to deploy to, or use `phasewright serve`, which needs none"]
        )
    await server.answering()
    await _make_work_pool()
    root = project_root()
    surroundings = {"PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"}
    await _run_prefect(root, dict(environ) | names_in_braces(root, repository, zone) | surroundings)
    await _make_automations(root)
    return deployment_names(root)


def deployment_names(root: Path) -> list[str]:
    """Return what `prefect.yaml` holds, as "flow/deployment"."""
    entries = read_deployments(root, {})
    flows = (entry["entrypoint"].rpartition(":")[2].replace("_", "-") for entry in entries)
    return [f"{flow}/{entry['name']}" for flow, entry in zip(flows, entries, strict=True)]


async def _run_prefect(root: Path, environ: Mapping[str, str]) -> None:
    file = root / "deployments" / "prefect.yaml"
    argv = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file)]
    done = await run(argv, cwd=root, env=environ, deadline_seconds=_DEPLOY_SECONDS)
    if done.exit_code != 0:
        raise InfrastructureError(f"prefect deploy ended with {done.exit_code}: {' '.join(done.text.split())[-600:]}")


async def _make_automations(root: Path) -> None:
    from deployments.automations import make_automations  # imports prefect

    await make_automations(root)


async def _make_work_pool() -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    pool = WorkPoolCreate(
        name=WORK_POOL,
        type="process",
        description="Runs plans as programs of the worker's machine.",
        base_job_template=ProcessWorker.get_default_base_job_template(),
    )
    async with get_client() as client:
        try:
            await client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return
