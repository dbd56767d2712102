"""What to do after a phase that is not complete: the options decide, or a person where one is there."""

from phasewright.options import OnFailure
from phasewright.result import PhaseResult, PhaseStatus
from tasks.run import Run

RETRYABLE = frozenset({PhaseStatus.PARTIAL, PhaseStatus.BLOCKED, PhaseStatus.FAILED, PhaseStatus.TIMEOUT})


async def after_failure(run: Run, result: PhaseResult) -> bool:
    """Return True when the phase is to be tried again. "stop" lets no further phase start."""
    if result.status not in RETRYABLE or run.unreached(run.phase(result.id)):
        return False
    choice = run.options.on_failure or (OnFailure.ASK if run.asker else OnFailure.CONTINUE)
    if choice == OnFailure.ASK:
        choice = await _answer(run, result)
    if choice == OnFailure.RETRY and (run.asker or run.first_retry(result.id)):
        run.story.tell("retried", result.id, text="tried again")
        return True
    if choice == OnFailure.STOP:
        run.is_stopping = True
        run.story.tell("stopping", text=f"no further phase starts: phase {result.id} is {result.status}")
    return False


async def _answer(run: Run, result: PhaseResult) -> OnFailure:
    """Ask one question at a time; unattended, nobody is waited for."""
    if run.asker is None:
        return OnFailure.CONTINUE
    async with run.asking:
        question = f"Phase {result.id} is {result.status}: {result.error or result.reason}. What now?"
        choices = [str(choice) for choice in (OnFailure.RETRY, OnFailure.CONTINUE, OnFailure.STOP)]
        return OnFailure(await run.asker(question, choices, str(OnFailure.CONTINUE)))
