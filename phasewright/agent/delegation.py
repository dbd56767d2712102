"""A task given to a sub-agent, and what came of it."""

from typing import Literal

from pydantic import BaseModel

from phasewright.result import Usage


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
    """From git, less what only a neighbour's file tools wrote. What its commands wrote meanwhile may be among them."""
    usage: Usage = Usage()
    """This sub-agent's alone."""
    turns: int = 0
    error: str | None = None

    def report(self) -> str:
        """Return what the orchestrator gets to read."""
        shown = self.files_changed[:50]
        more = f" and {len(self.files_changed) - len(shown)} more" if len(self.files_changed) > len(shown) else ""
        files = f"files changed (from git): {', '.join(shown)}{more}" if shown else "files changed (from git): none"
        parts = [f"{self.agent}: {self.status}", self.error and f"error: {self.error}", files, self.summary]
        return "\n".join(part for part in parts if part)
