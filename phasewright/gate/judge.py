"""Decide what findings mean for a phase. Pure: the same findings always give the same verdict."""

from collections.abc import Sequence

from phasewright.gate.codes import Weight, weight_of
from phasewright.result import Finding, PhaseStatus, Reason

# The first weight that occurs decides.
_DECISIONS: tuple[tuple[Weight, PhaseStatus, Reason], ...] = (
    (Weight.NO_CHANGES, PhaseStatus.BLOCKED, Reason.NO_CHANGES),
    (Weight.TAMPER, PhaseStatus.BLOCKED, Reason.TAMPERED),
    (Weight.ERROR, PhaseStatus.BLOCKED, Reason.VERIFY_FAILED),
    (Weight.DEADLINE, PhaseStatus.TIMEOUT, Reason.TIMEOUT),
    (Weight.PROMISE, PhaseStatus.PARTIAL, Reason.VERIFY_FAILED),
)


def decide(findings: Sequence[Finding]) -> tuple[PhaseStatus, Reason | None]:
    """Return status and reason. All findings go back to the agent; the heaviest one names the reason."""
    weights = {weight_of(found) for found in findings}
    for weight, status, reason in _DECISIONS:
        if weight in weights:
            return status, reason
    return PhaseStatus.COMPLETE, None
