"""When a phase has ended: its result becomes known to the run, the plan file, the log and the UI."""

from datetime import UTC, datetime

from prefect.client.schemas.objects import State

from phasewright.plan import Phase
from phasewright.report.markdown import phase_report
from phasewright.result import PhaseResult, PhaseStatus, Reason
from tasks.paperwork import write_phase_end
from tasks.run import Run
from tasks.show import show_costs, show_markdown, show_progress


async def settle(run: Run, phase: Phase, state: State[PhaseResult]) -> PhaseResult:
    """Return the phase's result, recorded everywhere that people look."""
    result = await result_of(phase, state)
    run.results[phase.id] = result
    note = result.error or result.resumed_from
    run.story.tell(
        "phase-ended",
        phase.id,
        status=str(result.status),
        reason=result.reason and str(result.reason),
        note=note,
        usd=result.usage.usd,
        tokens=result.usage.total_tokens,
    )
    write_phase_end(run, result)
    await show_markdown(f"phase-{phase.id}-verdict", phase_report(result), f"Phase {phase.id}: {phase.name}")
    await show_costs(run)
    await show_progress(run)
    return result


async def result_of(phase: Phase, state: State[PhaseResult]) -> PhaseResult:
    """Return the result that a phase's state carries, or make one from a state that carries none.

    A state carries none when the task itself broke: retries of an infrastructure error used up, or Prefect's own
    backstop timeout. That is never success.
    """
    value = await state.aresult(raise_on_failure=False)
    if isinstance(value, PhaseResult):
        return value
    ended = datetime.now(UTC)
    unfinished = PhaseResult(id=phase.id, name=phase.name, status=PhaseStatus.FAILED, ended_at=ended)
    if state.is_cancelled() or state.is_crashed():
        return unfinished.model_copy(update={"status": PhaseStatus.CANCELLED, "reason": Reason.CANCELLED})
    if state.name == "TimedOut":
        why = {"status": PhaseStatus.TIMEOUT, "reason": Reason.TIMEOUT, "error": state.message}
        return unfinished.model_copy(update=why)
    return unfinished.model_copy(update={"reason": Reason.INFRASTRUCTURE, "error": str(value or state.message)})
