"""Every error that phasewright raises on purpose.

PhasewrightError                 exit code 5 unless a narrower one says otherwise
├── UsageError                   2  what was asked for cannot be asked for
│   └── NotARepository
├── PlanRefused                  1  the plan cannot be run; carries its diagnostics
├── PreflightFailed              3  this machine or repository is not ready; carries every failed check
│   └── SandboxUnavailable
├── RunLocked                    6  a run of this plan is going on
├── InfrastructureError          5  ours or the machine's fault; the only kind that Prefect retries
│   ├── CommandFailed               a program of ours ended badly
│   ├── RefMoved                    somebody else moved a ref
│   └── ServerUnavailable           the Prefect server does not answer
├── DeliveryRefused              4  the user's branch or files are not as delivery needs them
├── NotWritten                      a plan file, log or result of ours cannot be written; the run goes on
├── MergeConflict                   a candidate does not merge with the run's branch
└── ConversationEnded               a model conversation ended without a usable last turn; carries the Reason
    └── ContextFull                 it became longer than the model can take
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phasewright.plan import Diagnostic
    from phasewright.result import Reason, Usage


class PhasewrightError(Exception):
    """Base of all errors raised on purpose. `str(error)` is one or two lines: what, where, what to do next."""

    exit_code = 5


class UsageError(PhasewrightError):
    """The request itself is wrong: no such file, unknown run, option out of range."""

    exit_code = 2


class NotARepository(UsageError):
    """No git repository where one is needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{str(path)!r} is not inside a git repository; name one with --repo DIR")


class PlanRefused(PhasewrightError):
    """The plan has errors. *diagnostics* holds all of them, warnings included."""

    exit_code = 1

    def __init__(self, path: Path, diagnostics: "Sequence[Diagnostic]") -> None:
        self.path = path
        self.diagnostics = tuple(diagnostics)
        lines = [d.line_for(str(path)) for d in self.diagnostics if d.severity == "error"]
        super().__init__("\n".join(lines) or f"{path}: the plan is refused")


class PreflightFailed(PhasewrightError):
    """The repository or the machine is not ready. *problems*: one sentence each, with what to do."""

    exit_code = 3

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class SandboxUnavailable(PreflightFailed):
    """No sandbox can be built here; nothing of an agent's may run."""


class RunLocked(PhasewrightError):
    """Another process runs this plan now."""

    exit_code = 6


class InfrastructureError(PhasewrightError):
    """Our machinery failed, not the work. Safe to try again."""


class CommandFailed(InfrastructureError):
    """A program that we started for ourselves did not do what it must."""

    def __init__(self, argv: Sequence[str], exit_code: int | None, output: str) -> None:
        self.argv = tuple(argv)
        self.command_exit_code = exit_code
        self.output = output
        tail = " ".join(output.split())[-300:]
        super().__init__(f"{' '.join(argv[:6])!r} ended with {exit_code}: {tail}")


class RefMoved(InfrastructureError):
    """A ref was not where we left it; read it again and start over."""


class ServerUnavailable(InfrastructureError):
    """The Prefect server does not answer."""


class DeliveryRefused(PhasewrightError):
    """The result cannot go into the user's work tree; it stays on the run's branch. Nothing of the user's changed."""

    exit_code = 4


class NotWritten(PhasewrightError):
    """A file for people cannot be written without guessing, or at all. The run itself does not depend on it."""


class MergeConflict(PhasewrightError):
    """The candidate commit does not merge with the branch's tip."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = tuple(paths)
        super().__init__(f"conflict in {', '.join(self.paths)}")


class ConversationEnded(PhasewrightError):
    """A conversation ended without a usable last turn. *reason* says which way (design section 4)."""

    def __init__(self, reason: "Reason", message: str, *, usage: "Usage | None" = None, turns: int = 0) -> None:
        self.reason = reason
        self.usage = usage
        """What the whole attempt cost until then; None where nobody counted."""
        self.turns = turns
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _conversation_ended, (self.reason, str(self), self.usage, self.turns)


def _conversation_ended(reason: "Reason", message: str, usage: "Usage | None", turns: int) -> ConversationEnded:
    return ConversationEnded(reason, message, usage=usage, turns=turns)


class ContextFull(ConversationEnded):
    """The conversation is longer than the model can take: only a fresh one, with a summary, can go on."""
