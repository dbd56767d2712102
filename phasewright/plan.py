"""What a plan says, as frozen values. Nothing here reads text: `parsers/` makes these."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field


class Severity(StrEnum):
    """How much a diagnostic or a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Span(BaseModel, frozen=True):
    """A place in the plan's original file, front matter included. Lines and columns count from 1."""

    line: int = 1
    column: int = 1
    end_column: int | None = None


class Diagnostic(BaseModel, frozen=True):
    """One thing that the plan's author should know. `code` is stable; docs/diagnostics.md has a section for each."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
    """What to do about it; empty where the message says it already."""
    span: Span = Span()

    def line_for(self, path: str) -> str:
        """Return `path:line:column: severity[code]: message`."""
        where = f"{path}:{self.span.line}:{self.span.column}"
        return f"{where}: {self.severity}[{self.code}]: {self.message}"


class PhaseKind(StrEnum):
    """What a phase makes: documents and skeletons, or working code."""

    DESIGN = "design"
    IMPLEMENTATION = "implementation"


class PhaseState(StrEnum):
    """What the plan's own heading says of a phase."""

    PENDING = "pending"
    COMPLETE = "complete"
    SKIPPED = "skipped"


class BlastRadius(BaseModel, frozen=True):
    """The tests that must stay green, as the plan names them. It selects results; it never shapes a command."""

    raw: str | None = None
    """The field's text verbatim; None where the phase has no such field."""
    commands: tuple[str, ...] = ()
    """Code spans that are commands, in order, verbatim."""
    patterns: tuple[str, ...] = ()
    """Code spans that are bare test patterns (`analysis::`), where the field has no command."""
    refused: tuple[str, ...] = ()
    """Those of `commands` that select nothing: they use the shell or change how cargo works."""
    is_everything: bool = False
    """True for the empty string: all tests. A missing field (`raw` None) is no statement at all."""
    line: int | None = None


class FileChanges(BaseModel, frozen=True):
    """Files that a phase promises, as paths from the repository's root. A trailing `/` is a folder."""

    create: tuple[str, ...] = ()
    modify: tuple[str, ...] = ()
    """Also files that the plan says to "create/modify"."""
    delete: tuple[str, ...] = ()
    move: tuple[tuple[str, str], ...] = ()
    """(from, to)."""
    is_inferred: bool = False
    """True where no field lists the files and they were read from the deliverables' wording."""

    def paths(self) -> tuple[str, ...]:
        """Return every path once, in the order create, modify, delete, move."""
        moved = [path for pair in self.move for path in pair]
        return tuple(dict.fromkeys([*self.create, *self.modify, *self.delete, *moved]))


class CrateDependency(BaseModel, frozen=True):
    """A crate that a phase says to add."""

    name: str
    manifest: str | None = None
    requirement: str | None = None
    dev: bool = False
    line: int | None = None


class CriterionCheck(BaseModel, frozen=True):
    """A criterion in a form that a program can answer. Never run by a shell."""

    kind: Literal["command", "file-exists", "file-missing", "test-count", "all-tests"]
    argv: tuple[str, ...] = ()
    """Program and arguments, for `command` and `all-tests`; of the latter, none: the whole suite."""
    path: str | None = None
    expect: Literal["succeeds", "no-output"] = "succeeds"
    at_least: int | None = None
    """Lines of the file, or number of tests."""
    at_most: int | None = Field(default=None, exclude_if=lambda value: value is None)
    """Lines of the file."""


class Criterion(BaseModel, frozen=True):
    """One acceptance criterion: a checkbox of the plan."""

    text: str
    line: int
    checked: bool = False
    check: CriterionCheck | None = Field(default=None, exclude_if=lambda value: value is None)
    """None: prose, reported as "not machine-checked"."""


class Phase(BaseModel, frozen=True):
    """One phase as written."""

    id: str
    """As written after "Phase": "1", "4.5", "7a"."""
    name: str
    line: int
    kind: PhaseKind = PhaseKind.IMPLEMENTATION
    state: PhaseState = PhaseState.PENDING
    owner: str | None = None
    depends_on: tuple[str, ...] = ()
    """Ids as the plan's headings write them, in document order."""
    runs_after: tuple[str, ...] = ()
    """Where the whole plan says nothing of dependencies: the phases that document order puts first. Empty otherwise."""
    timeout_seconds: float | None = None
    retries: int | None = None
    repair_rounds: int | None = None
    blast_radius: BlastRadius = BlastRadius()
    files: FileChanges = FileChanges()
    """Cleaned: relative to the repository's root, no `..`, no line numbers."""
    files_as_written: FileChanges = FileChanges()
    """The same paths as the plan writes them."""
    crate_dependencies: tuple[CrateDependency, ...] = ()
    deliverables: tuple[str, ...] = ()
    acceptance_criteria: tuple[Criterion, ...] = ()
    goal: str | None = None
    tests_to_change: tuple[str, ...] = ()
    """Tests that the plan allows to be removed, renamed, ignored or rewritten."""
    text: str = ""
    """The phase's markdown, verbatim, heading included."""
    remark: str = ""
    """What stands in parentheses between id and colon, such as "(Optional)"."""
    last_line: int = 0
    """The last line of the phase's markdown."""
    lines: dict[str, int] = Field(default={}, exclude=True)
    """The line that each fact was read from: owner, depends_on, files, …; absent where no field says it."""


class Plan(BaseModel, frozen=True):
    """A whole plan as written. `diagnostics` hold what its author should know; an error among them means: refuse."""

    title: str
    slug: str
    status: str | None = None
    """The first status before the first phase, verbatim."""
    is_implemented: bool = False
    is_ready: bool = False
    """"Reviewed - Ready for Implementation", or front matter `ready` or `reviewed`: what nightly runs take."""
    phases: tuple[Phase, ...] = ()
    parallel_groups: tuple[tuple[str, ...], ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def phase(self, phase_id: str) -> Phase | None:
        """Return the phase with this id, ignoring case; None when the plan has none."""
        return next((p for p in self.phases if p.id.casefold() == phase_id.casefold()), None)

    @property
    def is_executable(self) -> bool:
        """True when no diagnostic is an error."""
        return not any(d.severity == Severity.ERROR for d in self.diagnostics)
