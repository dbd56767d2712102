"""How a run ended follows from its phases and the final validation; every heading of the report is there."""

from datetime import UTC, datetime, timedelta

import pytest

from phasewright.report.markdown import Quality, claim_against_verdict, duration, final_report
from phasewright.report.run_report import run_report, run_status
from phasewright.result import (
    ClaimedDeliverable,
    FilesChanged,
    Finding,
    PhaseClaim,
    PhaseResult,
    PhaseStatus,
    Reason,
    RunReport,
    RunStatus,
    Verdict,
)

COMPLETE = PhaseResult(id="1", name="one", status=PhaseStatus.COMPLETE, landed_commit="a" * 40, attempts=2)
SKIPPED = PhaseResult(id="2", name="two", status=PhaseStatus.SKIPPED)
BLOCKED = PhaseResult(id="3", name="three", status=PhaseStatus.BLOCKED, reason=Reason.VERIFY_FAILED, error="x: y")


@pytest.mark.parametrize(
    ("results", "is_green", "status"),
    [
        ([COMPLETE, SKIPPED], True, RunStatus.SUCCESS),
        ([COMPLETE, SKIPPED], False, RunStatus.PARTIAL_SUCCESS),
        ([COMPLETE, BLOCKED], True, RunStatus.PARTIAL_SUCCESS),
        ([SKIPPED, BLOCKED], True, RunStatus.FAILED),
        ([BLOCKED], False, RunStatus.FAILED),
    ],
)
def test_status_of_a_run(results: list[PhaseResult], is_green: bool, status: RunStatus) -> None:
    assert status == run_status(results, is_green)


def report(*results: PhaseResult) -> RunReport:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return run_report(
        run="20260102-030405-abcd",
        plan="p.md",
        branch="phasewright/p/r",
        base_commit="b" * 40,
        head_commit="c" * 40,
        started_at=now,
        ended_at=now + timedelta(seconds=75),
        results=results,
        files=FilesChanged(),
        tests=None,
        validation_passed=True,
        logs=["log.md"],
    )


def test_every_heading_is_there_and_one_without_facts_says_none() -> None:
    text = final_report(report(COMPLETE), [COMPLETE], Quality(), [])

    for heading in (
        "Phase Summary",
        "Files Changed",
        "Test Results",
        "Quality Metrics",
        "Implementation Highlights",
        "Issues Resolved",
        "Next Steps",
        "Logs",
    ):
        assert f"### {heading}\n" in text
    assert "### Test Results\n\nnone" in text
    assert "**Execution Time:** 1 min 15 s" in text
    assert "refused by the gate 1×, then complete" in text


def test_next_steps_name_what_is_not_complete() -> None:
    text = final_report(report(COMPLETE, BLOCKED), [COMPLETE, BLOCKED], Quality(), [])

    assert "Phase 3 is BLOCKED (verify_failed): x: y" in text
    assert "phasewright resume 20260102-030405-abcd" in text


def test_claim_and_verdict_are_held_against_each_other() -> None:
    claim = PhaseClaim(summary="all done", deliverables=(ClaimedDeliverable(text="a", done=True),))
    finding = Finding(check="files", code="file-missing", severity="error", message="m")
    verdict = Verdict(status=PhaseStatus.PARTIAL, findings=(finding,))
    lied = BLOCKED.model_copy(update={"claim": claim, "verdict": verdict})

    assert "the agents say done, the gate says PARTIAL (file-missing)" == claim_against_verdict(lied)
    assert claim_against_verdict(COMPLETE) is None


@pytest.mark.parametrize(("seconds", "said"), [(1.25, "1.2 s"), (61, "1 min 1 s"), (3700, "1 h 1 min")])
def test_durations_are_said_as_people_do(seconds: float, said: str) -> None:
    assert said == duration(seconds)
