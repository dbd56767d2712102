"""Everything that is on record about a run, in one value: what `report --html` shows."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from pydantic import BaseModel, ValidationError

from phasewright.agent.claim import parse_claim
from phasewright.errors import CommandFailed
from phasewright.gate.bundle import read_bundle
from phasewright.git.command import git
from phasewright.git.repository import Repository
from phasewright.record.events import Event
from phasewright.record.evidence_files import evidence_file
from phasewright.record.places import REPORT_JSON, Places
from phasewright.record.run_record import RunRecord
from phasewright.record.transcript import ConversationCost, Transcripts
from phasewright.report.markdown import difference
from phasewright.report.timeline import Span, timeline
from phasewright.result import Evidence, PhaseClaim, RunReport

DIFF_BYTES = 200_000


class AttemptStory(BaseModel, frozen=True):
    """One attempt: what was claimed, what the gate found, what was changed."""

    phase: str
    number: int
    claim: PhaseClaim | None
    """None: its orchestrator came to no claim."""
    evidence: Evidence | None
    """None: it came to no gate."""
    problems: tuple[str, ...]
    """What is wrong with the evidence; empty when its seal holds."""
    diff: str

    @property
    def difference(self) -> str | None:
        """One line where claim and verdict differ."""
        return difference(self.claim, self.evidence.verdict if self.evidence else None)


class Dossier(BaseModel, frozen=True):
    """A run with all its attempts."""

    record: RunRecord
    report: RunReport | None
    """None: it has not come to its end."""
    spans: tuple[Span, ...]
    costs: tuple[ConversationCost, ...]
    attempts: tuple[AttemptStory, ...]


async def gather(repository: Repository, places: Places, record: RunRecord) -> Dossier:
    """Return what is on record about a run. What cannot be read is left out; diffs are asked of git."""
    transcripts = Transcripts(places.transcripts(record.run))
    events = _events(places.run(record.run) / "events.jsonl")
    costs = tuple(transcripts.costs())
    numbers = sorted({_attempt_of(cost.conversation) for cost in costs}, key=lambda a: (_order(events, a[0]), a[1]))
    folder = places.evidence(record.run)
    return Dossier(
        record=record,
        report=_report(places.run(record.run) / REPORT_JSON),
        spans=timeline(events, transcripts),
        costs=costs,
        attempts=tuple([await _attempt(repository, record, transcripts, folder, *number) for number in numbers]),
    )


async def _attempt(
    repository: Repository, record: RunRecord, transcripts: Transcripts, folder: Path, phase: str, number: int
) -> AttemptStory:
    file = evidence_file(folder, phase, number)
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else None
    evidence, problems = (None, []) if text is None else read_bundle(text)
    return AttemptStory(
        phase=phase,
        number=number,
        claim=_claim(transcripts, f"{record.run}/{quote(phase, safe='')}/{number}/orchestrator"),
        evidence=evidence,
        problems=tuple(problems),
        diff=await _diff(repository, evidence) if evidence else "",
    )


async def _diff(repository: Repository, evidence: Evidence) -> str:
    commits = (evidence.base_commit, evidence.candidate_commit)
    try:
        text = await git(repository, "diff", "--no-color", "--no-ext-diff", "--no-textconv", *commits, "--")
    except CommandFailed:
        return "(its commits are not in the repository any more)"
    return text if len(text) <= DIFF_BYTES else text[:DIFF_BYTES] + "\n[cut]"


def _claim(transcripts: Transcripts, conversation: str) -> PhaseClaim | None:
    """Return what an orchestrator ended with."""
    if not transcripts.path(conversation).exists():
        return None
    replies = [r["reply"] for r in transcripts.records(conversation) if r["type"] == "try" and r["reply"]]
    if not replies:
        return None
    text = "".join(block["text"] for block in replies[-1]["content"] if block["type"] == "text")
    claim = parse_claim(text)
    return None if isinstance(claim, str) else claim


def _attempt_of(conversation: str) -> tuple[str, int]:
    _, phase, attempt, *_ = conversation.split("/")
    return unquote(phase), int(attempt)


def _order(events: Sequence[Event], phase: str) -> int:
    return next((n for n, event in enumerate(events) if event.phase == phase), len(events))


def _events(file: Path) -> list[Event]:
    """Return the events that are whole."""
    found = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else ():
        try:
            found.append(Event.model_validate_json(line))
        except ValidationError:
            continue
    return found


def _report(file: Path) -> RunReport | None:
    try:
        return RunReport.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, or cut in the middle, of a character perhaps
        return None
