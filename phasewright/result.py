"""What came of it: findings, verdicts, phase results, reports. Shapes of design section 4, "JSON"."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from phasewright.plan import Severity


class PhaseStatus(StrEnum):
    """How a phase ended."""

    COMPLETE = "COMPLETE"
    SKIPPED = "SKIPPED"
    PARTIAL = "PARTIAL"
    BLOCKED = "BLOCKED"
    FAILED = "FAILED"
    TIMEOUT = "TIMEOUT"
    CANCELLED = "CANCELLED"


class Reason(StrEnum):
    """Why a phase is not COMPLETE."""

    VERIFY_FAILED = "verify_failed"
    TAMPERED = "tampered"
    NO_CHANGES = "no_changes"
    CONFLICT = "conflict"
    UPSTREAM = "upstream"
    STALLED = "stalled"
    REFUSED = "refused"
    BUDGET = "budget"
    RATE_LIMITED = "rate_limited"
    MODEL_ERROR = "model_error"
    INFRASTRUCTURE = "infrastructure"
    TIMEOUT = "timeout"
    SKIPPED_BY_USER = "skipped_by_user"
    CANCELLED = "cancelled"


class RunStatus(StrEnum):
    """How a run ended."""

    SUCCESS = "SUCCESS"
    PARTIAL_SUCCESS = "PARTIAL SUCCESS"
    FAILED = "FAILED"


class Finding(BaseModel, frozen=True):
    """One thing that a check saw. docs/gate.md has a section for each code."""

    check: str
    """The check that found it: "files", "manifest", "format", "lint", "build", "tests", …"""
    code: str
    severity: Severity
    message: str
    path: str | None = None
    line: int | None = None
    accepted_by: str | None = Field(default=None, exclude_if=lambda value: value is None)
    """The reason that a person gave for accepting it, on record; None when nobody did."""


class TestCounts(BaseModel, frozen=True):
    """Outcomes of one side's tests."""

    __test__ = False
    total: int = 0
    passed: int = 0
    failed: int = 0
    ignored: int = 0


class TestComparison(BaseModel, frozen=True):
    """Tests of base against candidate. Identities are "package/kind/target::path"."""

    __test__ = False
    before: TestCounts = TestCounts()
    after: TestCounts = TestCounts()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    newly_ignored: tuple[str, ...] = ()
    newly_failing: tuple[str, ...] = ()


class Verdict(BaseModel, frozen=True):
    """What the gate decided about one candidate commit."""

    status: PhaseStatus
    findings: tuple[Finding, ...] = ()
    tests: TestComparison = TestComparison()

    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that kept the phase from being complete."""
        return tuple(f for f in self.findings if f.severity == Severity.ERROR and f.accepted_by is None)


class CommandRecord(BaseModel, frozen=True):
    """One program that the gate ran, as evidence."""

    argv: tuple[str, ...]
    exit_code: int | None
    """None: killed by us."""
    duration_seconds: float
    output_sha256: str
    output_tail: str = ""


NOT_CHECKED = "not machine-checked"
"""The witness of a criterion that no program can answer."""


class CriterionWitness(BaseModel, frozen=True):
    """An acceptance criterion and what shows that it is met."""

    text: str
    met: bool | None
    """None: not machine-checked."""
    witness: str


class Evidence(BaseModel, frozen=True):
    """What a verdict rests on; stored in the run's directory and as a git note on the landed commit."""

    base_commit: str
    candidate_commit: str
    candidate_tree: str
    toolchain: dict[str, str] = {}
    """Program name → version line."""
    environment: dict[str, str] = {}
    commands: tuple[CommandRecord, ...] = ()
    tests_before: dict[str, str] = {}
    """Identity → ok, failed, ignored, lost, not-run, flaky."""
    tests_after: dict[str, str] = {}
    files: tuple["FileLines", ...] = ()
    """Promised files with their line counts in the candidate."""
    criteria: tuple[CriterionWitness, ...] = ()
    """Each acceptance criterion of the phase with its witness."""
    verdict: Verdict


class Judgement(BaseModel, frozen=True):
    """The gate's whole answer: the verdict, why, and what it rests on."""

    verdict: Verdict
    reason: Reason | None
    """None exactly for COMPLETE."""
    evidence: Evidence


class Usage(BaseModel, frozen=True):
    """What model traffic cost. Counts as the API has them: `input_tokens` holds neither cache reads nor writes."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0
    usd: float = 0.0

    @property
    def total_tokens(self) -> int:
        """All tokens, cached ones included: what a token budget counts."""
        return self.input_tokens + self.output_tokens + self.cache_read_input_tokens + self.cache_creation_input_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_input_tokens=self.cache_read_input_tokens + other.cache_read_input_tokens,
            cache_creation_input_tokens=self.cache_creation_input_tokens + other.cache_creation_input_tokens,
            usd=round(self.usd + other.usd, 6),
        )


class FileLines(BaseModel, frozen=True):
    """A file and how many lines it has (0 for a deleted one)."""

    path: str
    lines: int


class FilesChanged(BaseModel, frozen=True):
    """Files that differ between two commits."""

    created: tuple[FileLines, ...] = ()
    modified: tuple[FileLines, ...] = ()
    deleted: tuple[FileLines, ...] = ()


class ClaimedDeliverable(BaseModel, frozen=True):
    """A deliverable as the orchestrator claims it."""

    text: str
    done: bool


class ClaimedFile(BaseModel, frozen=True):
    """A file as the orchestrator claims it."""

    path: str
    description: str


class ClaimedCriterion(BaseModel, frozen=True):
    """An acceptance criterion as the orchestrator claims it."""

    text: str
    met: bool
    evidence: str


class ClaimedIssue(BaseModel, frozen=True):
    """An issue met and how it was resolved."""

    text: str
    resolution: str


class PhaseClaim(BaseModel, frozen=True):
    """An orchestrator's last turn: a claim, never evidence."""

    summary: str
    deliverables: tuple[ClaimedDeliverable, ...] = ()
    files: tuple[ClaimedFile, ...] = ()
    criteria: tuple[ClaimedCriterion, ...] = ()
    decisions: tuple[str, ...] = ()
    issues: tuple[ClaimedIssue, ...] = ()
    blockers: tuple[str, ...] = ()
    notes_for_next_phase: str = ""


class PhaseResult(BaseModel, frozen=True):
    """How a phase ended: what a checkpoint holds and later stages read."""

    id: str
    name: str
    status: PhaseStatus
    reason: Reason | None = None
    """None exactly for COMPLETE (and for SKIPPED because the heading says so)."""
    error: str | None = None
    """What went wrong, verbatim, for the checkpoint section and the report."""
    last_successful_step: str | None = None
    attempts: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: float = 0.0
    base_commit: str | None = None
    candidate_commit: str | None = None
    landed_commit: str | None = None
    key: str | None = None
    """The checkpoint key under which it landed."""
    artifacts: tuple[str, ...] = ()
    """Paths that the landed commit created or modified."""
    verdict: Verdict | None = None
    claim: PhaseClaim | None = None
    usage: Usage = Usage()
    resumed_from: Literal["checkpoint", "branch", "plan"] | None = None
    """Where an already complete phase was found; None when its work was done in this run."""


class PhaseReport(BaseModel, frozen=True):
    """A phase in `run --json`."""

    id: str
    name: str
    status: PhaseStatus
    reason: Reason | None
    attempts: int
    duration_seconds: float
    candidate_commit: str | None
    landed_commit: str | None
    verdict: Verdict | None
    usage: Usage


class RunReport(BaseModel, frozen=True):
    """A run in `run --json`."""

    run: str
    plan: str
    status: RunStatus
    branch: str | None
    base_commit: str
    head_commit: str | None
    started_at: datetime
    duration_seconds: float
    files: FilesChanged
    tests: TestComparison | None
    logs: tuple[str, ...]
    usage: Usage
    phases: tuple[PhaseReport, ...]


Evidence.model_rebuild()
