"""The `## Implementation Summary` that a plan gets when it is done (the seed's section 5.2)."""

from datetime import timedelta

from phasewright.report.markdown import duration
from phasewright.result import PhaseStatus, RunReport


def implementation_summary(report: RunReport) -> str:
    """Return the section's body."""
    done = report.started_at + timedelta(seconds=report.duration_seconds)
    phases = [
        f"- Phase {p.id}: {p.name} - {'Complete' if p.status == PhaseStatus.COMPLETE else p.status.capitalize()}"
        for p in report.phases
    ]
    return "\n".join(
        [
            f"**Completed:** {done:%Y-%m-%d}",
            f"**Total Duration:** {duration(report.duration_seconds)}",
            f"**Run:** {report.run} (branch `{report.branch}`)",
            "",
            "**Phases Completed:**",
            "",
            *phases,
        ]
    )
