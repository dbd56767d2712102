"""What people read while a run goes on and after: the plan file, the logs, evidence and reports on disk.

Projections only: nothing here is asked for truth. Where the plan or a log cannot be written, the run goes on with a
warning; the checkpoints are in Prefect's results and in git.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from phasewright.agent.ledger import one_line
from phasewright.checkpoint.entry import checkpoint_of
from phasewright.checkpoint.plan_file import set_status, write_checkpoints, write_summary
from phasewright.errors import PhasewrightError
from phasewright.gate.bundle import write_bundle
from phasewright.plan import Phase, PhaseKind
from phasewright.record.evidence_files import evidence_file
from phasewright.record.execution_log import append_entry, append_text, design_log
from phasewright.record.places import REPORT_JSON, REPORT_TEXT
from phasewright.record.transcript import Transcripts
from phasewright.record.work import work_of
from phasewright.report.markdown import duration, phase_report
from phasewright.report.order import order_analysis
from phasewright.report.summary import implementation_summary
from phasewright.result import Judgement, PhaseResult, RunReport, RunStatus
from phasewright.text import quoted
from tasks.run import Run

_SHOWN_FINDINGS = 10
_SHOWN_LOOKS = 200
_SHOWN_CHARACTERS = 200


def write_run_start(run: Run, *, is_continued: bool) -> None:
    """Log what is going to happen, before any agent runs."""
    begun = "continued" if is_continued else "started"
    text = (
        f"### {_now()} - Run {begun}\n- Plan: {run.plan.title} (`{run.plan_name}`)\n- Branch: `{run.record.branch}`\n"
        f"- Base: {run.record.base_commit[:10]}\n\n{order_analysis(run.plan, run.dag)}"
    )
    _write(run, lambda: append_entry(run.execution_log, run.log_section, text))


def write_phase_end(run: Run, result: PhaseResult) -> None:
    """Put a phase's end into the plan file's checkpoints and the execution log."""
    text = "\n".join(
        [
            f"### {_now()} - Phase {result.id} {result.status.capitalize()}",
            f"- Duration: {duration(result.duration_seconds)}",
            f"- Status: {result.status}" + (f" ({result.reason})" if result.reason else ""),
            f"- Attempts: {result.attempts}",
            f"- Commit: {result.landed_commit or 'none'}"
            + (f" (from {result.resumed_from})" if result.resumed_from else ""),
            f"- Key outcomes: {_outcome(result)}",
        ]
    )
    _write(run, lambda: append_entry(run.execution_log, run.log_section, text))
    _write(run, lambda: write_checkpoints(run.plan_path, [checkpoint_of(result)]))
    phase = run.phase(result.id)
    if result.attempts:
        write_details(run, phase, None, phase_report(result))
    if phase.kind == PhaseKind.DESIGN and result.attempts:
        _write(run, lambda: append_text(_design_log(run, phase), _design_text(run, phase, result)))


def write_refusal(run: Run, phase_id: str, judgement: Judgement) -> None:
    """Log why the gate refused a candidate, in the moment when it did: a repair round may mend it."""
    found = [f"- {f.code}: {' '.join(f.message.split())[:300]}" for f in judgement.verdict.errors()[:_SHOWN_FINDINGS]]
    text = "\n".join(
        [
            f"### {_now()} - Phase {phase_id} refused by the gate",
            f"- Status: {judgement.verdict.status} ({judgement.reason})",
            f"- Candidate: {judgement.evidence.candidate_commit[:10]}",
            *found,
        ]
    )
    _write(run, lambda: append_entry(run.execution_log, run.log_section, text))


def write_details(run: Run, phase: Phase, heading: str | None, text: str) -> None:
    """Add to a phase's details log."""
    title = f"## {heading}\n\n" if heading else ""
    _write(run, lambda: append_text(run.details_log(phase), f"{title}{text}\n"))


def write_run_end(run: Run, report: RunReport, text: str) -> None:
    """Write the report where it is kept, log it, and after SUCCESS say in the plan that it is implemented."""
    folder = run.places.run(run.id)
    (folder / REPORT_JSON).write_text(report.model_dump_json(indent=2), encoding="utf-8")
    (folder / REPORT_TEXT).write_text(text, encoding="utf-8")
    _write(run, lambda: append_entry(run.execution_log, run.log_section, text))
    if report.status == RunStatus.SUCCESS:
        _write(run, lambda: write_summary(run.plan_path, implementation_summary(report)))
        _write(run, lambda: set_status(run.plan_path, "Implemented"))


def save_evidence(run: Run, phase_id: str, attempt: int, judgement: Judgement) -> None:
    """Keep what a verdict rests on."""
    file = evidence_file(run.places.evidence(run.id), phase_id, attempt)
    file.write_text(write_bundle(judgement), encoding="utf-8")


def _write(run: Run, write: Callable[[], object]) -> None:
    try:
        write()
    except PhasewrightError as problem:
        run.warn_once(str(problem))


def _design_log(run: Run, phase: Phase) -> Path:
    return design_log(run.logs, run.day, run.plan.slug, phase.id)


def _design_text(run: Run, phase: Phase, result: PhaseResult) -> str:
    claim = result.claim
    described = {f.path: f.description for f in claim.files} if claim else {}
    work = work_of(Transcripts(run.places.transcripts(run.id)), phase.id)
    artifacts = [
        f"- {work.written_at.get(path, 'by a command')} `{path}`: "
        + " ".join(described.get(path, "no description").split())
        for path in result.artifacts
    ]
    looked = [f"- {one_line(what, _SHOWN_CHARACTERS)}" for what in work.looked_at[:_SHOWN_LOOKS]]
    decisions = [f"{n}. {' '.join(d.split())}" for n, d in enumerate(claim.decisions, 1)] if claim else []
    questions = (
        [f"- {' '.join(i.text.split())}: {' '.join(i.resolution.split())}" for i in claim.issues] if claim else []
    )
    parts = [
        f"# Phase {phase.id}: {phase.name}",
        f"**Phase type:** DESIGN\n\n**Goals:** {phase.goal or 'none'}",
        f"**Repo starting position:** {result.base_commit}",
        "### What Was Read\n\n" + ("\n".join(looked) or "none"),
        "### Design Artifacts Created\n\n" + ("\n".join(artifacts) or "none"),
        "### Key Design Decisions\n\n" + ("\n".join(decisions) or "none"),
        "### Open Questions\n\n" + ("\n".join(questions) or "none"),
        "### Notes for Implementation Phases\n\n" + (quoted(claim.notes_for_next_phase if claim else "") or "none"),
        f"**Status:** {result.status} at {_now()}",
    ]
    return "\n\n".join(parts)


def _outcome(result: PhaseResult) -> str:
    if result.error:
        return " ".join(result.error.split())[:500]
    if result.claim:
        return " ".join(result.claim.summary.split())[:500]
    return f"{len(result.artifacts)} files"


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
