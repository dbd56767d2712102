"""READ FIRST: the whole story of a run, on one page.

    plan → pre-flight → every phase as soon as its own upstreams are done → final validation → delivery → report

A phase is an awaited task call with `wait_for`, so edges, retries, timeouts and states are Prefect's own. There is no
`.submit` here: it deadlocks on a bounded pool, costs several times more and breaks a shared client.
"""

import asyncio

from prefect import allow_failure, flow
from prefect.client.schemas.objects import State

from phasewright.options import RunOptions
from phasewright.plan import Phase
from phasewright.result import PhaseResult, RunReport
from tasks.ask import after_failure
from tasks.begin import begin
from tasks.cancelling import unless_cancelled
from tasks.catch_up import catch_up
from tasks.deliver import deliver
from tasks.form import ask_by_form
from tasks.opening import running
from tasks.phase import backstop_seconds, phase
from tasks.preflight import preflight
from tasks.report import report
from tasks.run import Run
from tasks.settle import settle
from tasks.states import run_state
from tasks.validate import validate

DEFAULTS = RunOptions()
Started = dict[str, asyncio.Task[State[PhaseResult]]]


@flow(name="execute-plan", validate_parameters=True, persist_result=False)
async def execute_plan(plan: str, repo: str, options: RunOptions = DEFAULTS) -> State[RunReport]:
    """Run every phase of a plan with agents; land what the gate believes.

    Args:
        plan: Path of the markdown plan, absolute or from the repository's root.
        repo: Path of the git repository.
        options: What to do differently from the defaults.
    """
    async with running(plan, repo, options, asker=ask_by_form) as run:
        return await unless_cancelled(_from_preflight_to_report(run))


async def _from_preflight_to_report(run: Run) -> State[RunReport]:
    await begin(run)
    await preflight()
    await catch_up()
    started: Started = {}
    async with asyncio.TaskGroup() as together:
        for next_phase in run.in_order():
            started[next_phase.id] = together.create_task(_when_ready(run, next_phase, started))
    validation = await validate() if run.has_landed() else None
    if run.succeeded(validation):
        await deliver()
    return run_state(await report(validation))


async def _when_ready(
    run: Run, this: Phase, started: dict[str, asyncio.Task[State[PhaseResult]]]
) -> State[PhaseResult]:
    """Run one phase once its upstreams have ended, and again where a person or the options say so."""
    upstream = [await started[u] for u in run.dag.all_upstreams(this.id)]
    call = phase.with_options(retries=run.retries_of(this), timeout_seconds=backstop_seconds(run, this))
    while True:
        waits = [allow_failure(s) for s in upstream]
        state: State[PhaseResult] = await call(this.id, wait_for=waits, return_state=True)  # type: ignore[misc]  # typed as if it were sync
        result = await settle(run, this, state)
        if not await after_failure(run, result):
            return state
