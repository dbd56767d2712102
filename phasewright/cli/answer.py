"""`phasewright answer`: answer the question of a paused run."""

import asyncio
import os
from pathlib import Path

from phasewright.errors import UsageError
from phasewright.git.repository import find_repository
from phasewright.record.places import Places, state_home
from phasewright.record.run_record import load_record


def answer(run: str, choice: str, /, *, repo: Path = Path()) -> int:
    """Answer what a run asks, as the form in the interface does.

    Parameters
    ----------
    run
        The run's id.
    choice
        One of the question's choices, such as retry, stop or continue.
    repo
        The git repository.
    """
    asyncio.run(_answer(run, choice, repo))
    print(f"run {run} goes on: {choice}")
    return 0


async def _answer(run: str, choice: str, repo: Path) -> None:
    from deployments.server import join_server

    repository = await find_repository(repo.absolute())
    record = load_record(Places.of_repository(repository.name), run)
    if record.flow_run_id is None or not record.is_alive():
        raise UsageError(f"run {run} is not going on: nothing is asked")
    with await join_server(state_home()) as server:
        os.environ.update(server.env())
        await server.answering()
        from deployments.answer import give_answer

        await give_answer(record.flow_run_id, choice)
