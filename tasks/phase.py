"""A phase: the task run that owns the name, the edges, the retries and the clock's backstop. It is never cached.

Prefect stores a *returned* Failed state under a cache key and serves it as COMPLETED in the next run. So the cached
task is another one, `landed_phase`, which can only return for a phase that landed.
"""

from datetime import UTC, datetime

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun

from parsers.agent_book import is_human
from phasewright.checkpoint.storage import prepare_storage, refuse_unsound_record
from phasewright.errors import InfrastructureError
from phasewright.plan import Phase, PhaseState
from phasewright.result import PhaseResult, PhaseStatus, Reason
from tasks.ask import asked_result
from tasks.current import current_run
from tasks.honour import is_honoured
from tasks.landed_phase import RESTARTS, PhaseEnded, landed_phase
from tasks.run import Run
from tasks.states import phase_state

_BACKSTOP_SPARE_SECONDS = 300


async def is_infrastructure(_task: Task[..., object], _run: TaskRun, state: State[object]) -> bool:
    """Retry only what our machinery broke. An allow-list: Prefect would retry a timeout and a refusal too."""
    return isinstance(await state.aresult(raise_on_failure=False), InfrastructureError)


@task(
    task_run_name="phase {phase_id}", retry_condition_fn=is_infrastructure, retry_delay_seconds=2, persist_result=False
)
async def phase(phase_id: str) -> PhaseResult:
    """End in the state that says how the phase ended; only infrastructure errors rise, so that they are retried."""
    run = current_run()
    this = run.phase(phase_id)
    ended = await _decided(run, this) or await _land(run, this)
    return phase_state(ended)  # type: ignore[return-value]  # Prefect takes a returned state as the task's own


def backstop_seconds(run: Run, phase: Phase) -> float:
    """Return Prefect's timeout of a phase: the sum of what may happen inside, for all phases that may share a slot."""
    settings = run.gate_settings
    gate = settings.build_seconds + settings.doc_seconds + 4 * settings.test_seconds
    attempts = 1 + run.repair_rounds_of(phase) + RESTARTS
    return len(run.plan.phases) * attempts * (run.timeout_of(phase) + 2 * gate) + _BACKSTOP_SPARE_SECONDS


async def _decided(run: Run, phase: Phase) -> PhaseResult | None:
    """Return the result of a phase that is not to be worked on; None where it is."""
    now = datetime.now(UTC)
    fresh = PhaseResult(id=phase.id, name=phase.name, status=PhaseStatus.SKIPPED, started_at=now, ended_at=now)
    if phase.state != PhaseState.PENDING:
        return fresh.model_copy(update={"resumed_from": "plan", "error": f"its heading says {phase.state}"})
    if run.is_stopping:
        why = "an earlier phase failed and the run was to stop"
        return fresh.model_copy(update={"status": PhaseStatus.CANCELLED, "reason": Reason.CANCELLED, "error": why})
    if is_human(phase.owner) and not run.unreached(phase):
        return await asked_result(run, phase)
    if waiting := run.unreached(phase):
        why = f"waits for phase {', '.join(waiting)}, not complete"
        return fresh.model_copy(update={"status": PhaseStatus.BLOCKED, "reason": Reason.UPSTREAM, "error": why})
    return None


async def _land(run: Run, phase: Phase) -> PhaseResult:
    """Return the landed phase: from its checkpoint where that is honoured, else from new work."""
    run.story.tell("phase-started", phase.id)
    for upstream in run.skipped_upstreams(phase):
        run.warn(f"phase {phase.id} starts although phase {upstream}, which it builds on, was skipped")
    key = run.key(phase)
    prepare_storage(run.places.results)
    refuse_unsound_record(run.places.results, key)
    call = landed_phase.with_options(result_storage=run.places.results)
    state = await call(phase.id, key, return_state=True)  # type: ignore[misc]  # typed as if it were sync
    if state.name == "Cached" and not await is_honoured(run, await state.aresult(raise_on_failure=False), key):
        again = call.with_options(refresh_cache=True)
        state = await again(phase.id, key, return_state=True)  # type: ignore[misc]  # typed as if it were sync
    value = await state.aresult(raise_on_failure=False)
    if isinstance(value, PhaseEnded):
        return value.result
    if isinstance(value, PhaseResult):
        return value.model_copy(update={"resumed_from": "checkpoint"}) if state.name == "Cached" else value
    if isinstance(value, BaseException):
        raise value
    raise InfrastructureError(state.message or f"phase {phase.id} ended without a result")
