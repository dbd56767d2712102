"""What to do after a phase that is not complete: the options decide, or a person where one is there."""

from datetime import UTC, datetime

from phasewright.gate.accept import accepted, counting_codes
from phasewright.options import OnFailure
from phasewright.plan import Phase
from phasewright.record.acceptances import keep_acceptances
from phasewright.result import PhaseResult, PhaseStatus, Reason
from tasks.accepted import acceptable
from tasks.run import Run

ACCEPT = "accept"
RETRYABLE = frozenset({PhaseStatus.PARTIAL, PhaseStatus.BLOCKED, PhaseStatus.FAILED, PhaseStatus.TIMEOUT})


async def after_failure(run: Run, result: PhaseResult) -> bool:
    """Return True when the phase is to be tried again. "stop" lets no further phase start."""
    if result.status not in RETRYABLE or run.unreached(run.phase(result.id)):
        return False
    choice = run.options.on_failure or (OnFailure.ASK if run.asker else OnFailure.CONTINUE)
    if choice == OnFailure.ASK:
        answer = await _answer(run, result)
        if answer == ACCEPT:
            return await _accepts(run, result)
        choice = OnFailure(answer)
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
        said = "|".join(choices) or '"…"'
        run.story.tell("asked", text=f"{question} Answer with: phasewright answer {run.id} {said}")
        return await run.asker(question, choices, choices[-1] if choices else "") or nobody


async def _answer(run: Run, result: PhaseResult) -> str:
    question = f"Phase {result.id} is {result.status}: {result.error or result.reason}. What now?"
    choices = [str(choice) for choice in (OnFailure.RETRY, OnFailure.STOP, OnFailure.CONTINUE)]
    if acceptable(run, result.id):
        choices.insert(0, ACCEPT)
    return await _asked(run, question, choices, str(OnFailure.CONTINUE))


async def _accepts(run: Run, result: PhaseResult) -> bool:
    """Put a person's reason on record for all that stands against the phase; False where they give none."""
    found = acceptable(run, result.id)
    codes = ", ".join(counting_codes(found)) if found else ""
    because = await _asked(run, f"Why is it right all the same ({codes})? One sentence, on record.", [], "")
    if found is None or not because.strip():
        return False
    keep_acceptances(run.places.run(run.id), result.id, accepted(found, lambda _: because.strip()))
    run.story.tell("accepted", result.id, text=f"a person accepted {codes}: {because.strip()}")
    return True
