"""`phasewright deploy`: the deployments, on the configured Prefect server."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def deploy(
    *,
    repo: Annotated[Path, Parameter(name="--repo")] = Path(),
    timezone: Annotated[str | None, Parameter(name="--timezone")] = None,
) -> int:
    """Put the work pool and the deployments on the configured Prefect server. Doing it twice is fine.

    Parameters
    ----------
    repo: DIR
        The repository whose plans the nightly run takes.
    timezone: NAME
        Of the nightly run's two o'clock, such as Europe/Berlin; this machine's if unset.
    """
    from deployments.deploy import WORK_POOL, deploy

    for name in asyncio.run(deploy(repo, timezone)):
        print(name)
    print(f"A worker runs them: prefect worker start --pool {WORK_POOL}")
    return 0
