"""Every status has its Prefect state, and only what is done is of type COMPLETED."""

import pytest
from prefect.client.schemas.objects import StateType

from phasewright.result import PhaseResult, PhaseStatus, Reason, Verdict
from tasks.states import NOT_STARTED, SUCCESS, night_state, phase_state, verdict_state


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


@pytest.mark.parametrize(
    ("ended", "state_type", "name"),
    [
        ({}, StateType.COMPLETED, "Completed"),
        ({"a": SUCCESS, "b": SUCCESS}, StateType.COMPLETED, "Completed"),
        ({"a": SUCCESS, "b": "Failed: it broke"}, StateType.FAILED, "PartialSuccess"),
        ({"a": SUCCESS, "b": NOT_STARTED}, StateType.FAILED, "PartialSuccess"),
        ({"a": NOT_STARTED}, StateType.FAILED, "Failed"),
    ],
)
def test_a_night_is_completed_only_if_every_plan_succeeded(
    ended: dict[str, str], state_type: StateType, name: str
) -> None:
    state = night_state(ended)

    assert (state_type, name) == (state.type, state.name)
    assert all(plan in str(state.message) for plan, how in ended.items() if how != SUCCESS)


@pytest.mark.parametrize(
    ("status", "name"),
    [(PhaseStatus.COMPLETE, "Completed"), (PhaseStatus.BLOCKED, "Blocked"), (PhaseStatus.PARTIAL, "Partial")],
)
def test_a_verification_by_itself_has_the_verdict_as_its_state(status: PhaseStatus, name: str) -> None:
    assert name == verdict_state(Verdict(status=status)).name
