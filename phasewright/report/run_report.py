"""From phase results to the run's report: pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from phasewright.result import (
    FilesChanged,
    PhaseReport,
    PhaseResult,
    PhaseStatus,
    RunReport,
    RunStatus,
    TestComparison,
    Usage,
)

DONE = frozenset({PhaseStatus.COMPLETE, PhaseStatus.SKIPPED})


def run_status(results: Iterable[PhaseResult], validation_passed: bool) -> RunStatus:
    """Return how the run ended (design section 4, "Status and reason").

    SKIPPED counts as done only where the plan or a person said so, which is the only way to become SKIPPED.
    """
    statuses = [r.status for r in results]
    if all(status in DONE for status in statuses) and validation_passed:
        return RunStatus.SUCCESS
    if PhaseStatus.COMPLETE in statuses:
        return RunStatus.PARTIAL_SUCCESS
    return RunStatus.FAILED


def total_usage(results: Iterable[PhaseResult]) -> Usage:
    """Return what all phases cost together."""
    return sum((r.usage for r in results), Usage())


def phase_report(result: PhaseResult) -> PhaseReport:
    """Return a phase's part of `run --json`."""
    return PhaseReport(
        id=result.id,
        name=result.name,
        status=result.status,
        reason=result.reason,
        attempts=result.attempts,
        duration_seconds=round(result.duration_seconds, 3),
        candidate_commit=result.candidate_commit,
        landed_commit=result.landed_commit,
        verdict=result.verdict,
        usage=result.usage,
    )


def run_report(
    *,
    run: str,
    plan: str,
    branch: str | None,
    base_commit: str,
    head_commit: str | None,
    started_at: datetime,
    ended_at: datetime,
    results: Sequence[PhaseResult],
    files: FilesChanged,
    tests: TestComparison | None,
    validation_passed: bool,
    logs: Sequence[str],
) -> RunReport:
    """Return the run's report; its phases stand in the plan's order."""
    return RunReport(
        run=run,
        plan=plan,
        status=run_status(results, validation_passed),
        branch=branch,
        base_commit=base_commit,
        head_commit=head_commit,
        started_at=started_at,
        duration_seconds=round((ended_at - started_at).total_seconds(), 3),
        files=files,
        tests=tests,
        logs=tuple(logs),
        usage=total_usage(results),
        phases=tuple(phase_report(r) for r in results),
    )
