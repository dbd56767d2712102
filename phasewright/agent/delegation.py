"""A task given to a sub-agent, and what came of it."""

from typing import Literal

from pydantic import BaseModel

from phasewright.result import Usage

_SHOWN_PATHS = 50


class Delegation(BaseModel, frozen=True):
    """One task for one sub-agent."""

    n: int
    """Number among the attempt's delegations, from 1."""
    agent: str
    task: str
    files: tuple[str, ...] = ()
    acceptance_criteria: tuple[str, ...] = ()


class DelegationResult(BaseModel, frozen=True):
    """What a sub-agent reports, and what git says that it changed."""

    agent: str
    status: Literal["done", "error"]
    summary: str = ""
    """At most 500 tokens."""
    files_changed: tuple[str, ...] = ()
    """From git: what this agent changed, as far as anybody can tell."""
    files_shared: tuple[str, ...] = ()
    """From git: what changed while commands of this agent and of another both ran. It was one of them, or both."""
    usage: Usage = Usage()
    """This sub-agent's alone."""
    turns: int = 0
    error: str | None = None

    def report(self) -> str:
        """Return what the orchestrator gets to read."""
        files = f"files changed (from git): {_listed(self.files_changed) or 'none'}"
        shared = self.files_shared and (
            f"shared, changed while commands of this and another agent ran: {_listed(self.files_shared)}"
        )
        parts = [f"{self.agent}: {self.status}", self.error and f"error: {self.error}", files, shared, self.summary]
        return "\n".join(part for part in parts if part)


def _listed(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - _SHOWN_PATHS} more" if len(paths) > _SHOWN_PATHS else ""
    return ", ".join(paths[:_SHOWN_PATHS]) + more
