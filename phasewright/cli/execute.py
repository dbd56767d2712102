"""What `run`, `resume` and `demo` share: open the run, join the server meanwhile, walk the flow, print the report."""

import asyncio
import os
import signal
from pathlib import Path

from rich.console import Console

from deployments.server import UserOfServer, join_server
from parsers.read_plan import read_plan
from phasewright.asker import Asker
from phasewright.cli.asking import ask_in_terminal, is_attended
from phasewright.cli.printing import print_finished, print_implemented, print_report, say
from phasewright.errors import InfrastructureError, PhasewrightError, UsageError
from phasewright.located import locate, repository_at
from phasewright.options import RunOptions
from phasewright.record.places import REPORT_TEXT, Places, state_home
from phasewright.record.run_record import load_record, newest_record
from phasewright.report.live import Screen, open_screen
from phasewright.result import RunReport, RunStatus
from phasewright.together import every
from tasks.current import enter
from tasks.opening import open_run
from tasks.run import Run

NOT_SUCCESS = 4
STOPPED = 130


def execute(plan: Path, repo: Path, options: RunOptions, *, as_json: bool) -> int:
    """Execute a plan, print its report, and return the exit code."""
    try:
        return asyncio.run(_until_stopped(plan, repo, options, as_json=as_json))
    except BaseException as end:
        if not _is_stop(end):
            raise
        say("stopped; what has landed is safe; go on with: phasewright resume")
        return STOPPED


def _is_stop(end: BaseException) -> bool:
    """True for what a stop looks like: ours, Python's, or what Prefect makes of SIGTERM while a flow runs."""
    return isinstance(end, asyncio.CancelledError | KeyboardInterrupt) or type(end).__name__ == "TerminationSignal"


def resume_run(run: str | None, repo: Path, options: RunOptions, *, as_json: bool) -> int:
    """Go on with a run and return the exit code; a run with nothing left to do says so and is exit 0.

    Raises:
        UsageError: there is no such run, or none at all.
    """
    repository = asyncio.run(repository_at(repo))
    places = Places.of_repository(repository.name)
    record = load_record(places, run) if run else newest_record(places)
    if record is None:
        raise UsageError(f"no run of {repository.root} yet; start one with: phasewright run PLAN")
    if record.is_finished:
        print_finished(record, places.run(record.run), as_json=as_json)
        return 0
    if newest_record(places, Path(record.plan)) != record:
        raise UsageError(f"run {record.run} is not the newest of its plan; start anew with: phasewright run --fresh")
    return execute(Path(record.plan), repo, options, as_json=as_json)


async def _until_stopped(plan: Path, repo: Path, options: RunOptions, *, as_json: bool) -> int:
    """Run as a task that SIGINT and SIGTERM cancel."""
    work = asyncio.ensure_future(_execute(plan, repo, options, as_json=as_json))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, work.cancel)
    return await work


async def _execute(plan: Path, repo: Path, options: RunOptions, *, as_json: bool) -> int:
    repository = await repository_at(repo)
    parsed = read_plan(locate(plan, repository), repository=repository.root)
    if parsed.is_executable and parsed.is_implemented and not options.fresh:
        print_implemented(parsed, as_json=as_json)
        return 0
    report = await run_plan(plan, repo, options, live=not as_json)
    places = Places.of_repository(repository.name)
    print_report(report, (places.run(report.run) / REPORT_TEXT).read_text(encoding="utf-8"), as_json=as_json)
    return 0 if report.status == RunStatus.SUCCESS else NOT_SUCCESS


async def run_plan(plan: Path, repo: Path, options: RunOptions, *, live: bool) -> RunReport:
    """Return the report of a plan that was executed to its end; the story goes to standard error while it runs.

    Args:
        live: draw the table of phases where standard error is a terminal.

    Raises:
        PhasewrightError: what kept the run from its end; `exit_code` says which.
    """
    console = Console(stderr=True, highlight=False)
    run = await open_run(plan, repo, options, ask_in_terminal(console) if is_attended() else None)
    screen = open_screen(run.plan.phases, run.dag, console, live=live)
    run.story.listeners.append(screen.show)
    if run.asker is not None:
        run.asker = _between(screen, run.asker)
    try:
        server = await join_server(state_home())
        with server:
            report = await _walk(run, server)
    finally:
        screen.close()
        await run.close()
    return report


def _between(screen: Screen, asker: Asker) -> Asker:
    """Return an asker that has the terminal to itself while it asks."""

    async def ask(question: str, choices: list[str], default: str) -> str:
        screen.pause()
        try:
            return await asker(question, choices, default)
        finally:
            screen.resume()

    return ask


async def _walk(run: Run, server: UserOfServer) -> RunReport:
    """Walk the flow once the server answers; pre-flight goes on meanwhile, and its failure is told at once."""
    # Prefect reads its settings when it is imported. Its console lines are the UI's log; ours is the story.
    os.environ.update(server.env() | {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"})
    await every([server.answering(), *([run.preflight] if run.preflight else [])])
    run.note(ui_url=server.ui_url)
    enter(run)
    from deployments.server import wait_for_history
    from flows.execute_plan import execute_plan

    state = await execute_plan(
        plan=str(run.plan_path), repo=str(run.repository.root), options=run.options, return_state=True
    )
    if run.record.flow_run_id:
        await wait_for_history(run.record.flow_run_id)
    if state.is_cancelled():
        raise asyncio.CancelledError
    return _report_of(await state.aresult(raise_on_failure=False))


def _report_of(value: object) -> RunReport:
    if isinstance(value, RunReport):
        return value
    if isinstance(value, ExceptionGroup):
        value = value.exceptions[0]
    if isinstance(value, PhasewrightError):
        raise value
    raise InfrastructureError(f"the run broke: {value}") from (value if isinstance(value, BaseException) else None)
