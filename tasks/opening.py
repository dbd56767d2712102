"""How a run is opened: its plan read, its lock held, its branch there, pre-flight begun. Nothing of Prefect in here."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parsers.read_plan import read_plan
from phasewright.asker import Asker
from phasewright.errors import PlanRefused
from phasewright.git.delivery import finish_delivery
from phasewright.git.history import head_commit, read_file
from phasewright.git.landing import create_branch
from phasewright.git.lock import PlanLock
from phasewright.git.repository import Repository
from phasewright.located import locate, repository_at
from phasewright.options import Deliver, OnFailure, RunOptions
from phasewright.plan import Plan
from phasewright.preflight import Ready, prepare
from phasewright.record.places import INTENT, Places
from phasewright.record.run_record import RunRecord, keep_plan, new_run_id, newest_record, save_record
from phasewright.settings import FILE, settle_options
from tasks.current import enter, leave, open_here
from tasks.dirty_tree import clean_start
from tasks.run import Run, expected_changes


@contextlib.asynccontextmanager
async def running(plan: str, repo: str, options: RunOptions, *, asker: Asker) -> AsyncIterator[Run]:
    """Hold the run: the one that was opened before the flow began, else one opened here.

    Args:
        asker: asks a person who is elsewhere; used for a run that is opened here and told to ask.
    """
    if (run := open_here()) is None:
        run = await open_run(Path(plan), Path(repo), options)
        if run.options.on_failure == OnFailure.ASK:
            run.asker = asker
    before = enter(run)
    try:
        yield run
    finally:
        leave(before)
        await run.close()


async def open_run(plan: Path, repo: Path, options: RunOptions, asker: Asker | None = None) -> Run:
    """Return a run of *plan*: the newest one that is not finished, unless a fresh one is asked for; else a new one.

    Raises:
        UsageError: no such plan or repository (exit 2).
        PlanRefused: with the plan's diagnostics (exit 1).
        PreflightFailed: no commit yet, or uncommitted changes and nobody to ask (exit 3).
        RunLocked: the plan is being run (exit 6).
    """
    repository = await repository_at(repo)
    path = locate(plan, repository)
    parsed = read_plan(path, repository=repository.root)
    if not parsed.is_executable:
        raise PlanRefused(plan, parsed.diagnostics)
    places = Places.of_repository(repository.name)
    lock = PlanLock(repository, path, new_run_id(datetime.now()))  # noqa: DTZ005  (a run's id is local time)
    lock.acquire()
    try:
        record = await _record(repository, path, parsed, places, options, lock, asker)
        await create_branch(repository, record.branch, record.base_commit)
    except BaseException:
        lock.release()
        raise
    save_record(places, record)
    keep_plan(places.run(record.run), path)
    run = Run(plan=parsed, plan_path=path, repository=repository, places=places, record=record, lock=lock)
    run.asker = asker
    for note in run.book.notes_for(phase.owner for phase in parsed.phases):
        run.warn_once(note.text)
    run.preflight = asyncio.create_task(_prepare(run))
    return run


async def _prepare(run: Run) -> Ready:
    return await prepare(
        run.repository,
        run.plan,
        run.record.base_commit,
        run.options,
        place=run.gate_place,
        settings=run.gate_settings,
        proceed=_proceed(run) if run.asker else None,
    )


def _proceed(run: Run) -> Callable[[str], Coroutine[Any, Any, bool]]:
    async def ask(problems: str) -> bool:
        assert run.asker is not None
        question = f"The base is not green: {problems}. Go on from there?"
        return await run.asker(question, ["stop", "go on"], "stop") == "go on"

    return ask


async def finish_last_delivery(repository: Repository, places: Places, plan: Path) -> None:
    """Finish a delivery of the plan's newest run that was cut short: to a dirty-tree check, its half looks like work.

    Raises:
        DeliveryRefused: the user has gone on since (exit 4, this once).
    """
    newest = newest_record(places, plan)
    if newest is not None:
        await finish_delivery(repository, places.run(newest.run) / INTENT)


async def _record(
    repository: Repository,
    path: Path,
    plan: Plan,
    places: Places,
    given: RunOptions,
    lock: PlanLock,
    asker: Asker | None,
) -> RunRecord:
    """Return the record of the run to go on with, or of a new one."""
    await finish_last_delivery(repository, places, path)
    newest = None if given.fresh else newest_record(places, path)
    before = newest if newest is not None and not newest.is_finished else None
    head = await head_commit(repository)
    toml = await read_file(repository, head, FILE)
    options = settle_options(given, before.options if before else None, toml)
    expected = expected_changes(repository, path, places)
    start = await clean_start(repository, head, options.on_dirty, expected=expected, run=lock.run_id, asker=asker)
    if start.is_snapshot:
        options = options.model_copy(update={"deliver": options.deliver or Deliver.BRANCH})
    now = {"options": options, "pid": os.getpid(), "head_at_start": start.head, "status": None, "ended_at": None}
    if before is not None:
        return before.model_copy(update=now)
    return RunRecord(
        run=lock.run_id,
        plan=str(path),
        slug=plan.slug,
        repo=str(repository.root),
        branch=f"phasewright/{plan.slug}/{lock.run_id}",
        base_commit=start.base,
        base_is_snapshot=start.is_snapshot,
        started_at=datetime.now(UTC),
        **now,
    )
