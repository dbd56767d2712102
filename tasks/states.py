"""The one table: our status → Prefect's state (design section 4, "Status and reason").

A state's *type* drives the UI's colour, automations and `--watch`'s exit code; its *name* says which way it ended.
"""

from prefect.client.schemas.objects import State, StateType
from prefect.states import Cancelled, Completed, Failed

from phasewright.result import PhaseResult, PhaseStatus, Reason, RunReport, RunStatus

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
