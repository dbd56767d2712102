"""Final validation: everything once more, on the tip of the run's branch, against where the run began."""

from prefect import get_run_logger, task

from phasewright.gate.accept import with_reasons
from phasewright.gate.judge import decide
from phasewright.gate.validation import Validation, validate_commit
from phasewright.record.acceptances import read_acceptances
from phasewright.result import Finding, PhaseStatus
from tasks.current import current_run
from tasks.run import Run


@task(task_run_name="validate", persist_result=False)
async def validate() -> Validation:
    """Return what all tests, doc tests, lints, formatting and a release build say of the run's tip.

    Failures that the base had already are listed and do not count.
    """
    run = current_run()
    run.story.tell("validate-started", text="final validation: all tests, doc tests, clippy, fmt, release build")
    async with run.gate_slots.take() as slot:
        validation = await validate_commit(
            run.repository,
            run.record.base_commit,
            await run.tip(),
            place=run.gate_place,
            settings=run.gate_settings,
            slot=slot,
        )
    validation = _with_acceptances(run, validation)
    said = "passed" if validation.passed else "did not pass"
    run.story.tell("validated", text=f"final validation {said}", passed=validation.passed)
    get_run_logger().info("validation=%s", said)
    return validation


def _with_acceptances(run: Run, validation: Validation) -> Validation:
    """Return *validation* without what a person accepted when it was found in a phase: it is still in the tree."""
    known = read_acceptances(run.places.run(run.id))
    if validation.passed or not known:
        return validation

    def why(found: Finding) -> str | None:
        place = (found.code, found.path or found.message)
        return next((one.because for one in known if (one.code, one.path or one.message) == place), None)

    findings = with_reasons(validation.findings, why)
    passed = decide(findings)[0] == PhaseStatus.COMPLETE
    return validation.model_copy(update={"findings": findings, "passed": passed})
