"""The one table: our status → Prefect's state (design section 4, "Status and reason").

A state's *type* drives the UI's colour, automations and `--watch`'s exit code; its *name* says which way it ended.
"""

from prefect.client.schemas.objects import State, StateType
from prefect.states import Cancelled, Completed, Failed

from phasewright.result import PhaseResult, PhaseStatus, Reason, RunReport, RunStatus, Verdict

SUCCESS = "Success"
NOT_STARTED = "NotStarted: no time was left"

_FAILED_NAMES = {
    PhaseStatus.PARTIAL: "Partial",
    PhaseStatus.BLOCKED: "Blocked",
    PhaseStatus.FAILED: "Failed",
    PhaseStatus.TIMEOUT: "TimedOut",
}


def phase_state(result: PhaseResult) -> State[PhaseResult]:
    """Return the state in which a phase's task run ends; the result travels as its data."""
    message = result.error or (str(result.reason) if result.reason else None)
    match result.status:
        case PhaseStatus.COMPLETE:
            return Completed(name="Cached" if result.resumed_from else None, message=message, data=result)
        case PhaseStatus.SKIPPED:
            return Completed(name="Skipped", message=message, data=result)
        case PhaseStatus.CANCELLED:
            return Cancelled(message=message, data=result)
        case PhaseStatus.BLOCKED if result.reason == Reason.UPSTREAM:
            return Failed(name="NotReached", message=message, data=result)
    return State(type=StateType.FAILED, name=_FAILED_NAMES[result.status], message=message, data=result)


def run_state(report: RunReport) -> State[RunReport]:
    """Return the flow's own final state. A flow that returns a plain value would be Completed whatever happened."""
    complete = sum(p.status in (PhaseStatus.COMPLETE, PhaseStatus.SKIPPED) for p in report.phases)
    message = f"{complete} of {len(report.phases)} phases complete"
    if report.status == RunStatus.SUCCESS:
        return Completed(message=message, data=report)
    name = "PartialSuccess" if report.status == RunStatus.PARTIAL_SUCCESS else "Failed"
    return Failed(name=name, message=message, data=report)


def verdict_state(verdict: Verdict) -> State[Verdict]:
    """Return the final state of a verification by itself."""
    errors = verdict.errors()
    message = f"{errors[0].code}: {errors[0].message}" if errors else None
    if verdict.status == PhaseStatus.COMPLETE:
        return Completed(message=message, data=verdict)
    return State(type=StateType.FAILED, name=_FAILED_NAMES[verdict.status], message=message, data=verdict)


def night_state(ended: dict[str, str]) -> State[dict[str, str]]:
    """Return the final state of a night: Completed only if every plan succeeded.

    Args:
        ended: plan → `SUCCESS`, or how it ended and why.
    """
    short = [f"{plan} ({how.partition(chr(10))[0]})" for plan, how in ended.items() if how != SUCCESS]
    done = len(ended) - len(short)
    if not short:
        return Completed(message=f"{done} plans succeeded" if ended else "no plan is ready", data=ended)
    name = "PartialSuccess" if done else "Failed"
    return Failed(name=name, message=f"{done} of {len(ended)} plans succeeded; not: {', '.join(short)}", data=ended)
