"""What to do after a phase that is not complete: the options decide, or a person where one is there."""

from datetime import UTC, datetime

from phasewright.options import OnFailure
from phasewright.plan import Phase
from phasewright.result import PhaseResult, PhaseStatus, Reason
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


async def asked_result(run: Run, phase: Phase) -> PhaseResult:
    """Return how a phase ends that is a person's: a question. Unattended it blocks; it is never COMPLETE."""
    now = datetime.now(UTC)
    blank = PhaseResult(id=phase.id, name=phase.name, status=PhaseStatus.BLOCKED, started_at=now, ended_at=now)
    answer = await _asked(run, f"Phase {phase.id} ({phase.name}) is yours. Is it done?", ["done", "skip", "stop"], "")
    match answer:
        case "done":
            return blank.model_copy(update={"status": PhaseStatus.SKIPPED, "error": "a person says that it is done"})
        case "skip":
            why = {"status": PhaseStatus.SKIPPED, "reason": Reason.SKIPPED_BY_USER, "error": "a person skipped it"}
            return blank.model_copy(update=why)
        case "stop":
            run.is_stopping = True
            return blank.model_copy(update={"status": PhaseStatus.CANCELLED, "reason": Reason.CANCELLED})
    return blank.model_copy(
        update={"reason": Reason.SKIPPED_BY_USER, "error": "it is a person's, and nobody was there"}
    )


async def _asked(run: Run, question: str, choices: list[str], nobody: str) -> str:
    """Ask one question at a time; return *nobody* where nobody is there, or nobody answers."""
    if run.asker is None:
        return nobody
    async with run.asking:
        run.story.tell("asked", text=f"{question} Answer with: phasewright answer {run.id} {'|'.join(choices)}")
        return await run.asker(question, choices, choices[-1]) or nobody


async def _answer(run: Run, result: PhaseResult) -> OnFailure:
    question = f"Phase {result.id} is {result.status}: {result.error or result.reason}. What now?"
    choices = [str(choice) for choice in (OnFailure.RETRY, OnFailure.STOP, OnFailure.CONTINUE)]
    return OnFailure(await _asked(run, question, choices, str(OnFailure.CONTINUE)))
