"""What conversations tell those who watch: status updates made by code, transcript records, details for the log."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import BaseModel, Field


class StatusUpdate(BaseModel, frozen=True):
    """Where a phase stands."""

    phase: str
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    current_task: str
    active: tuple[str, ...] = ()
    """Sub-agents at work, by name and number."""
    done: int = 0
    total: int = 0
    """Delegations ended and begun."""
    next_action: str
    issue: str | None = None
    """Set when something went wrong."""

    @property
    def text(self) -> str:
        """The update as people read it."""
        lines = [
            f"[PHASE {self.phase} STATUS] {self.at:%Y-%m-%dT%H:%M:%SZ}",
            f"Current Task: {self.current_task}",
            f"Sub-Agents Active: {', '.join(self.active) or 'none'}",
            f"Progress: {self.done}/{self.total} tasks complete",
            f"Next Action: {self.next_action}",
        ]
        return "\n".join(lines + ([f"Issue: {self.issue}"] if self.issue else []))


class Observer(Protocol):
    """Who watches. Called on the event loop; must return at once and not raise."""

    def status(self, update: StatusUpdate) -> None:
        """A delegation began or ended, or something went wrong."""
        ...

    def record(self, conversation: str, record: Mapping[str, Any]) -> None:
        """One line of a conversation's transcript."""
        ...

    def details(self, heading: str, text: str) -> None:
        """What a sub-agent wrote for the phase's details log."""
        ...


class NobodyWatches:
    """An observer that keeps nothing."""

    def status(self, update: StatusUpdate) -> None:
        """Keep nothing."""

    def record(self, conversation: str, record: Mapping[str, Any]) -> None:
        """Keep nothing."""

    def details(self, heading: str, text: str) -> None:
        """Keep nothing."""
