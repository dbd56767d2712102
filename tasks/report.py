"""The run's report: for the caller, the plan file, the logs and the UI."""

from datetime import UTC, datetime

from prefect import get_run_logger, task

from phasewright.gate.validation import Validation
from phasewright.git.history import changed_files
from phasewright.report.markdown import Quality, final_report
from phasewright.report.run_report import run_report
from phasewright.result import RunReport
from tasks.current import current_run
from tasks.paperwork import write_run_end
from tasks.run import Run
from tasks.show import show_markdown


@task(task_run_name="report", persist_result=False)
async def report(validation: Validation | None) -> RunReport:
    """Return the report once it is written everywhere that people look."""
    run = current_run()
    made = await _report(run, validation)
    text = final_report(made, run.results_in_order(), _quality(validation), run.warnings, run.plan.title)
    write_run_end(run, made, text)
    await show_markdown(f"run-{run.id}", text, f"Run {run.id}")
    run.end(made.status)
    run.story.tell("run-ended", text=f"run {run.id}: {made.status}", status=str(made.status))
    get_run_logger().info("run=%s status=%s", run.id, made.status)
    return made


async def _report(run: Run, validation: Validation | None) -> RunReport:
    record, tip = run.record, await run.tip()
    return run_report(
        run=run.id,
        plan=record.plan,
        branch=record.branch,
        base_commit=record.base_commit,
        head_commit=tip,
        started_at=record.started_at,
        ended_at=datetime.now(UTC),
        results=run.results_in_order(),
        files=await changed_files(run.repository, record.base_commit, tip),
        tests=validation.tests if validation else None,
        validation_passed=run.passed(validation),
        logs=[str(path) for path in run.log_files()],
    )


def _quality(validation: Validation | None) -> Quality:
    if validation is None:
        return Quality()
    return Quality(
        clippy_warnings=validation.clippy_warnings,
        formatting_issues=len(validation.unformatted),
        doc_tests=validation.doc_tests,
        release_build=validation.release_build_ok,
    )
