"""`phasewright ui`: past and present runs in Prefect's interface, until stopped."""

import asyncio

from phasewright.cli.stopping import STOPPED, stop_event, unless_stopped


def ui() -> int:
    """Open the history of all runs in the browser interface, until stopped.

    With PREFECT_API_URL set, only the configured server's address is printed: it needs no help to stay up.
    """
    return asyncio.run(_ui())


async def _ui() -> int:
    from deployments.server import join_server
    from phasewright.record.places import state_home

    stopped = stop_event()
    with await join_server(state_home()) as server:
        if not await unless_stopped(server.answering(), stopped):
            return STOPPED
        print(f"{server.ui_url}/runs", flush=True)
        if not server.is_private:
            return 0
        print(f"Sign in with: {server.auth_string}\nCtrl-C closes it.", flush=True)
        await stopped.wait()
    return STOPPED
