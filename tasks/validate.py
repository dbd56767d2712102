"""Final validation: everything once more, on the tip of the run's branch, against where the run began."""

from prefect import get_run_logger, task

from phasewright.gate.validation import Validation, validate_commit
from tasks.run import current_run


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
    said = "passed" if validation.passed else "did not pass"
    run.story.tell("validated", text=f"final validation {said}", passed=validation.passed)
    get_run_logger().info("validation=%s", said)
    return validation
