"""What is known of a phase while it is worked on, and how each way of ending becomes its result."""

from datetime import UTC, datetime
from typing import Any

from phasewright.agent.orchestrator import OrchestratorEnd
from phasewright.errors import ConversationEnded, MergeConflict, PhasewrightError
from phasewright.git.command import git
from phasewright.plan import Phase
from phasewright.result import Judgement, PhaseClaim, PhaseResult, PhaseStatus, Reason, Usage, Verdict
from phasewright.text import cut_to_tokens
from tasks.run import Run

CONFLICT_TOKENS = 500

_STATUS_OF_REASON = {Reason.TIMEOUT: PhaseStatus.TIMEOUT, Reason.CANCELLED: PhaseStatus.CANCELLED}


class Attempt:
    """The attempts of one phase in one go: counts, usage, the last claim and verdict, the last step that worked."""

    def __init__(self, run: Run, phase: Phase, key: str) -> None:
        self.run = run
        self.phase = phase
        self.key = key
        self.started_at = datetime.now(UTC)
        self.number = 0
        self.made = 0
        self.base = ""
        self.candidate: str | None = None
        self.digest: str | None = None
        """What the agents are told of the attempt before: findings, or a conflict."""
        self.claim: PhaseClaim | None = None
        self.verdict: Verdict | None = None
        self.usage = Usage()
        self.last_step: str | None = None

    def begin(self) -> None:
        """Count a new attempt."""
        self.number = self.run.next_attempt(self.phase)
        self.made += 1
        self.candidate = None
        self.run.story.tell("attempt-started", self.phase.id, attempt=self.made)

    def go_back(self, number: int, base: str, candidate: str) -> None:
        """Take up an earlier go's candidate: no agent works."""
        self.number, self.base, self.candidate = number, base, candidate
        self.did("took up the accepted candidate")
        self.run.story.tell("accepted", self.phase.id, text="what a person accepted is judged again")

    def did(self, step: str) -> None:
        """Remember the last step that worked."""
        self.last_step = step

    def took(self, end: OrchestratorEnd) -> None:
        """Take what the conversation claims and cost."""
        self.claim = end.claim
        self.usage += end.usage
        self.did("the agents ended")
        if end.claim:
            self.run.story.tell("claimed", self.phase.id, summary=end.claim.summary, usd=self.usage.usd)

    async def show_conflict(self, conflict: PhasewrightError) -> None:
        """Tell the next attempt what was lost: the conflict, and the earlier attempt's changes."""
        diff = await git(self.run.repository, "diff", "--no-ext-diff", "--no-textconv", self.base, self.candidate or "")
        text = f"Your earlier attempt could not land: {conflict}. You start again on the new base. It had changed:\n"
        self.digest = cut_to_tokens(text + diff, CONFLICT_TOKENS)

    def refused(self, judgement: Judgement) -> PhaseResult:
        """Return the result after the last refusal: the last verdict stands."""
        errors = judgement.verdict.errors()
        error = "; ".join(f"{f.code}: {f.message}" for f in errors[:3]) or "the gate refused"
        return self.result(judgement.verdict.status, judgement.reason, verdict=judgement.verdict, error=error)

    def conflicted(self, conflict: PhasewrightError) -> PhaseResult:
        """Return the result when a conflict outlived its restarts."""
        reason = Reason.CONFLICT if isinstance(conflict, MergeConflict) else Reason.VERIFY_FAILED
        return self.result(PhaseStatus.BLOCKED, reason, error=str(conflict))

    def ended(self, end: ConversationEnded) -> PhaseResult:
        """Return the result when a conversation ended without a usable last turn."""
        self.usage += getattr(end, "usage", Usage())
        return self.result(_STATUS_OF_REASON.get(end.reason, PhaseStatus.FAILED), end.reason, error=str(end))

    def result(self, status: PhaseStatus, reason: Reason | None, **facts: Any) -> PhaseResult:
        """Return a result with everything that is known by now."""
        ended_at = datetime.now(UTC)
        known = {
            "verdict": self.verdict,
            "claim": self.claim,
            "usage": self.usage,
            "attempts": self.made,
            "base_commit": self.base,
            "candidate_commit": self.candidate,
            "key": self.key,
            "last_successful_step": self.last_step,
            "started_at": self.started_at,
            "ended_at": ended_at,
            "duration_seconds": (ended_at - self.started_at).total_seconds(),
        }
        return PhaseResult(id=self.phase.id, name=self.phase.name, status=status, reason=reason, **(known | facts))
