"""Pre-flight as a task. The work may have begun before the flow did, while the server was starting."""

from prefect import get_run_logger, task

from phasewright.record.transcript import Transcripts
from tasks.current import current_run


@task(task_run_name="preflight", persist_result=False)
async def preflight() -> tuple[str, ...]:
    """Return warnings once repository and machine are ready.

    Raises:
        PreflightFailed: with every failed check and what to do.
    """
    run = current_run()
    assert run.preflight is not None
    ready = await run.preflight
    ready.model.budget.usage = Transcripts(run.places.transcripts(run.id)).spent()  # what a continued run spent before
    for warning in ready.warnings:
        run.warn(warning)
        get_run_logger().warning(warning)
    run.story.tell("preflight-passed", text="pre-flight passed")
    return ready.warnings
