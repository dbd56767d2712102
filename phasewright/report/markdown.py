"""Reports as markdown: the final report, a phase's verdict. Every heading is there; one without facts says none."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from phasewright.result import FileLines, PhaseClaim, PhaseResult, PhaseStatus, RunReport, RunStatus, Verdict
from phasewright.text import quoted


class Quality(BaseModel, frozen=True):
    """Figures of the final validation."""

    clippy_warnings: int | None = None
    """None: nothing was validated."""
    formatting_issues: int | None = None
    doc_tests: int | None = None
    release_build: bool | None = None


def final_report(
    report: RunReport,
    results: Sequence[PhaseResult],
    quality: Quality,
    warnings: Sequence[str],
    title: str = "",
) -> str:
    """Return the whole final report (the seed's headings, section 5.3). *title* is the plan's."""
    plan = f"{title} (`{report.plan}`)" if title else report.plan
    parts = [
        "## Plan Execution Complete",
        f"**Plan:** {plan}\n**Run:** {report.run}\n**Execution Time:** {duration(report.duration_seconds)}\n"
        f"**Status:** {report.status}",
        "### Phase Summary\n\n" + phase_table(report, results),
        "### Files Changed\n\n" + _files(report),
        "### Test Results\n\n" + _tests(report),
        "### Quality Metrics\n\n" + _quality(quality),
        "### Implementation Highlights\n\n" + _numbered(_highlights(results)),
        "### Issues Resolved\n\n" + _numbered(_issues(results)),
        "### Next Steps\n\n" + _numbered(next_steps(report, results)),
        "### Warnings\n\n" + _bullets(warnings),
        "### Cost\n\n" + _cost(report),
        "### Logs\n\n" + _bullets(report.logs),
    ]
    return "\n\n".join(parts) + "\n"


def phase_table(report: RunReport, results: Sequence[PhaseResult]) -> str:
    """Return the table of phases."""
    rows = ["| Phase | Name | Status | Attempts | Duration | Commit |", "|---|---|---|---|---|---|"]
    for phase, result in zip(report.phases, results, strict=True):
        status = f"{phase.status}" + (f" ({phase.reason})" if phase.reason else "")
        status += f", from {result.resumed_from}" if result.resumed_from and phase.status == "COMPLETE" else ""
        commit = (phase.landed_commit or "")[:10] or "none"
        rows.append(
            f"| {phase.id} | {_cell(phase.name)} | {status} | {phase.attempts} | "
            f"{duration(phase.duration_seconds)} | {commit} |"
        )
    return "\n".join(rows)


def phase_report(result: PhaseResult) -> str:
    """Return one phase's report: what was claimed, what the gate decided, on what evidence."""
    parts = [f"## Phase {result.id}: {_cell(result.name)}", f"**Status:** {_status(result)}"]
    if result.error:
        parts.append(f"**Error:** {' '.join(result.error.split())}")
    if result.claim:
        parts.append(f"**Claimed:** {' '.join(result.claim.summary.split())}")
        if note := claim_against_verdict(result):
            parts.append(f"**Claim against verdict:** {note}")
    if result.verdict:
        parts.append("### Findings\n\n" + findings_table(result.verdict))
        parts.append("### Tests\n\n" + _comparison(result.verdict))
    parts.append("### Files\n\n" + _bullets(f"`{path}`" for path in result.artifacts))
    if result.claim:
        parts.append("### Notes for later phases\n\n" + (quoted(result.claim.notes_for_next_phase.strip()) or "none"))
    return "\n\n".join(parts) + "\n"


def claim_against_verdict(result: PhaseResult) -> str | None:
    """Return one line where the claim and the verdict differ; None where they agree or one is missing."""
    return difference(result.claim, result.verdict)


def difference(claim: PhaseClaim | None, verdict: Verdict | None) -> str | None:
    """Return one line where *claim* and *verdict* differ; None where they agree or one is missing."""
    if claim is None or verdict is None:
        return None
    claims_done = not claim.blockers and all(d.done for d in claim.deliverables)
    is_done = verdict.status == PhaseStatus.COMPLETE
    if claims_done == is_done:
        return None
    said = "done" if claims_done else "not done"
    found = ", ".join(dict.fromkeys(f.code for f in verdict.errors())) or "nothing against it"
    return f"the agents say {said}, the gate says {verdict.status} ({found})"


def findings_table(verdict: Verdict) -> str:
    """Return the verdict's findings as a table; "none" when there are none."""
    if not verdict.findings:
        return "none"
    rows = ["| Severity | Code | Where | What |", "|---|---|---|---|"]
    for f in verdict.findings:
        where = (f.path or "") + (f":{f.line}" if f.line else "")
        accepted = f" (accepted by a person: {f.accepted_by})" if f.accepted_by else ""
        rows.append(f"| {f.severity} | {f.code} | {_cell(where)} | {_cell(f.message + accepted)} |")
    return "\n".join(rows)


def next_steps(report: RunReport, results: Sequence[PhaseResult]) -> list[str]:
    """Return what a person should do now, most useful first."""
    if report.status == RunStatus.SUCCESS:
        where = f"branch `{report.branch}`" if report.branch else "the repository"
        return [f"Review {where} ({report.base_commit[:10]}..{(report.head_commit or '')[:10]})"]
    steps = []
    for result in results:
        if result.status not in (PhaseStatus.COMPLETE, PhaseStatus.SKIPPED):
            why = result.error or str(result.reason)
            steps.append(f"Phase {result.id} is {_status(result)}: {' '.join(why.split())[:200]}")
        if result.status == PhaseStatus.TIMEOUT:
            steps.append(f"Break phase {result.id} into smaller phases, or give it more time with `**Timeout:**`")
    return [*steps, f"Then go on with `phasewright resume {report.run}`"]


def duration(seconds: float) -> str:
    """Return seconds as people say them."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _status(result: PhaseResult) -> str:
    return f"{result.status}" + (f" ({result.reason})" if result.reason else "")


def _files(report: RunReport) -> str:
    def listed(files: Sequence[FileLines]) -> str:
        return _bullets(f"`{f.path}` ({f.lines} lines)" for f in files)

    files = report.files
    deleted = _bullets(f"`{f.path}`" for f in files.deleted)
    parts = [("Created", listed(files.created)), ("Modified", listed(files.modified)), ("Deleted", deleted)]
    return "\n\n".join(f"**{name}:**\n\n{text}" for name, text in parts)


def _tests(report: RunReport) -> str:
    if report.tests is None:
        return "none"
    after = report.tests.after
    lines = [
        f"- Total tests: {after.total} (before: {report.tests.before.total})",
        f"- Passed: {after.passed}",
        f"- Failed: {after.failed}",
        f"- Ignored: {after.ignored}",
        f"- New tests added: {len(report.tests.added)}",
    ]
    if report.tests.newly_failing:
        lines.append(f"- New regressions: {', '.join(report.tests.newly_failing)}")
    return "\n".join(lines)


def _comparison(verdict: Verdict) -> str:
    before, after = verdict.tests.before, verdict.tests.after
    return (
        f"- before: {before.total} ({before.passed} passed, {before.failed} failed, {before.ignored} ignored)\n"
        f"- after: {after.total} ({after.passed} passed, {after.failed} failed, {after.ignored} ignored)\n"
        f"- new: {len(verdict.tests.added)}\n"
        f"- newly failing: {', '.join(verdict.tests.newly_failing) or 'none'}"
    )


def _quality(quality: Quality) -> str:
    def shown(value: object) -> str:
        return "none" if value is None else str(value)

    build = {True: "passed", False: "failed", None: "none"}[quality.release_build]
    return (
        f"- Clippy warnings: {shown(quality.clippy_warnings)}\n"
        f"- Formatting issues: {shown(quality.formatting_issues)}\n"
        f"- Doc tests: {shown(quality.doc_tests)}\n- Release build: {build}"
    )


def _cost(report: RunReport) -> str:
    usage = report.usage
    return (
        f"- Input tokens: {usage.input_tokens}, {usage.cache_creation_input_tokens} written to the cache, "
        f"{usage.cache_read_input_tokens} read from it\n"
        f"- Output tokens: {usage.output_tokens}\n- Dollars: {usage.usd:.4f}"
    )


def _highlights(results: Sequence[PhaseResult]) -> list[str]:
    landed = [r for r in results if r.status == PhaseStatus.COMPLETE and r.claim]
    return [f"Phase {r.id}: {decision}" for r in landed if r.claim for decision in r.claim.decisions]


def _issues(results: Sequence[PhaseResult]) -> list[str]:
    found = [f"Phase {r.id}: {i.text}: {i.resolution}" for r in results if r.claim for i in r.claim.issues]
    refused = [
        f"Phase {r.id}: refused by the gate {r.attempts - 1}×, then complete"
        for r in results
        if r.status == PhaseStatus.COMPLETE and r.attempts > 1
    ]
    return refused + found


def _numbered(items: Sequence[str]) -> str:
    return "\n".join(f"{n}. {' '.join(item.split())}" for n, item in enumerate(items, 1)) or "none"


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items) or "none"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
