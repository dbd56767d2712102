"""Every status has its Prefect state, and only what is done is of type COMPLETED."""

import pytest
from prefect.client.schemas.objects import StateType

from phasewright.result import PhaseResult, PhaseStatus, Reason
from tasks.states import phase_state


def result(status: PhaseStatus, reason: Reason | None = None, **facts: object) -> PhaseResult:
    return PhaseResult.model_validate({"id": "1", "name": "n", "status": status, "reason": reason, **facts})


@pytest.mark.parametrize(
    ("status", "reason", "state_type", "name"),
    [
        (PhaseStatus.COMPLETE, None, StateType.COMPLETED, "Completed"),
        (PhaseStatus.SKIPPED, None, StateType.COMPLETED, "Skipped"),
        (PhaseStatus.PARTIAL, Reason.VERIFY_FAILED, StateType.FAILED, "Partial"),
        (PhaseStatus.BLOCKED, Reason.VERIFY_FAILED, StateType.FAILED, "Blocked"),
        (PhaseStatus.BLOCKED, Reason.UPSTREAM, StateType.FAILED, "NotReached"),
        (PhaseStatus.FAILED, Reason.INFRASTRUCTURE, StateType.FAILED, "Failed"),
        (PhaseStatus.TIMEOUT, Reason.TIMEOUT, StateType.FAILED, "TimedOut"),
        (PhaseStatus.CANCELLED, Reason.CANCELLED, StateType.CANCELLED, "Cancelled"),
    ],
)
def test_status_has_its_state(status: PhaseStatus, reason: Reason | None, state_type: StateType, name: str) -> None:
    state = phase_state(result(status, reason))

    assert (state_type, name) == (state.type, state.name)


def test_a_checkpoint_hit_is_called_cached() -> None:
    assert "Cached" == phase_state(result(PhaseStatus.COMPLETE, resumed_from="checkpoint")).name
