"""`phasewright serve`: server, schedule and runner here in one process, until stopped."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from phasewright.cli.stopping import STOPPED, stop_event, unless_stopped


def serve(
    *,
    repo: Annotated[Path, Parameter(name="--repo")] = Path(),
    timezone: Annotated[str | None, Parameter(name="--timezone")] = None,
) -> int:
    """Run here what is asked for in the interface, and the nightly plans at two o'clock, until stopped.

    Parameters
    ----------
    repo: DIR
        The repository whose plans the nightly run takes.
    timezone: NAME
        Of the nightly run's two o'clock, such as Europe/Berlin; this machine's if unset.
    """
    return asyncio.run(_serve(repo, timezone))


async def _serve(repo: Path, timezone: str | None) -> int:
    from deployments.server import join_server
    from deployments.timezone import known_timezone
    from phasewright import project_root
    from phasewright.git.repository import find_repository
    from phasewright.record.places import state_home

    zone = known_timezone(timezone)
    root = (await find_repository(repo.absolute())).root
    stopped = stop_event()
    with await join_server(state_home()) as server:
        # Flow runs are processes of their own: they find the server and our rooms in the environment.
        os.environ.update(server.env() | {"PYTHONPATH": str(project_root())})
        if not await unless_stopped(server.answering(), stopped):
            return STOPPED
        print(f"{server.ui_url}/deployments", flush=True)
        if server.place is not None:
            print(f"Sign in with: {server.auth_string}", flush=True)
            print(f"From another terminal: PREFECT_API_URL={server.api_url}", flush=True)
            print(f"    PREFECT_API_AUTH_STRING=$(cat {server.place.folder / 'auth'})", flush=True)
        from deployments.serve import serve_flows

        await serve_flows(root, zone, stopped)
    return STOPPED
