"""What is going on in one attempt, kept by code: status updates, and what an orchestrator knows of the run."""

from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import PhaseJob
from phasewright.agent.observe import Observer, StatusUpdate
from phasewright.clean import clean
from phasewright.text import cut_to_tokens

STATE_TOKENS = 2000
DIGEST_TOKENS = 500
NOTES_TOKENS = 1000
_TASK_CHARACTERS = 120
_ISSUE_CHARACTERS = 1000


class Ledger:
    """The delegations of one attempt."""

    def __init__(self, job: PhaseJob, observe: Observer) -> None:
        self._job = job
        self._observe = observe
        self._active: dict[int, str] = {}
        self._total = 0

    def began(self, delegation: Delegation) -> None:
        """A sub-agent starts."""
        self._total += 1
        self._active[delegation.n] = delegation.agent
        self._tell(f"{delegation.agent} {delegation.n}: {_first_line(delegation.task)}", "wait for the sub-agents")

    def ended(self, delegation: Delegation, result: DelegationResult) -> None:
        """A sub-agent reported or failed."""
        self._active.pop(delegation.n, None)
        after = "wait for the others" if self._active else "read the report"
        said = f"{delegation.agent} {delegation.n} {'is done' if result.status == 'done' else 'failed'}"
        self._tell(said, after, issue=result.error)

    def issue(self, text: str) -> None:
        """Something went wrong that people should see."""
        self._tell("going on in spite of an issue", "try again", issue=text)

    def phase_begins(self) -> None:
        """The attempt starts."""
        self._tell(f"attempt {self._job.attempt}: read the phase", "delegate")

    def phase_ends(self, how: str, issue: str | None = None) -> None:
        """The conversation is over."""
        self._active.clear()
        self._tell(how, "end the attempt" if issue else "the gate decides", issue=issue)

    def _tell(self, current: str, following: str, issue: str | None = None) -> None:
        update = StatusUpdate(
            phase=self._job.phase.id,
            current_task=current,
            active=tuple(f"{agent} {n}" for n, agent in self._active.items()),
            done=self._total - len(self._active),
            total=self._total,
            next_action=following,
            issue=issue and one_line(issue, _ISSUE_CHARACTERS),
        )
        self._observe.status(update)


def running_state(job: PhaseJob) -> str:
    """Return what the orchestrator is told of the run, in at most 2,000 tokens."""
    phase = job.phase
    lines = [
        f"Plan: {job.plan_title} ({job.plan_path})",
        f"Phase: {phase.id}, {phase.name} ({phase.kind} phase)",
        f"Attempt: {job.attempt}",
        f"Owner: {phase.owner or 'none named'} (agent: {job.owner.name})",
        f"Starts after others because: {'; '.join(job.waited_for) or 'it waits for none'}",
        f"Blast radius: {phase.blast_radius.raw or 'all tests'}",
    ]
    if phase.files.paths():
        lines.append(f"Files promised: {', '.join(phase.files.paths())}")
    if phase.crate_dependencies:
        lines.append(f"Crates promised: {', '.join(crate.name for crate in phase.crate_dependencies)}")
    if job.findings_digest:
        digest = cut_to_tokens(job.findings_digest, DIGEST_TOKENS, "\n[cut]")
        lines.append(f"\nWhy the last attempt was refused (diff_stat shows what of its work is there):\n{digest}")
    if job.upstream_notes:
        notes = cut_to_tokens(job.upstream_notes, NOTES_TOKENS, "\n[cut]")
        lines.append(f"\nNotes of earlier phases:\n{notes}")
    return cut_to_tokens("\n".join(lines), STATE_TOKENS, "\n[cut]")


def one_line(text: str, characters: int) -> str:
    """Return *text* as one line without control characters: nobody who wrote it can fake a line of ours."""
    line = " ".join(clean(text).split())
    return line if len(line) <= characters else f"{line[: characters - 1]}…"


def _first_line(text: str) -> str:
    return one_line((clean(text).strip().splitlines() or [""])[0], _TASK_CHARACTERS)
