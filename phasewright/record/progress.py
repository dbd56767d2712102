"""How far a run is, read from its events: for `status`, while the run goes on and after."""

from pathlib import Path

from pydantic import BaseModel, ValidationError

from phasewright.record.events import Event
from phasewright.record.sentence import sentence


class PhaseProgress(BaseModel, frozen=True):
    """One phase as far as it is."""

    id: str
    status: str | None = None
    """None while it is worked on."""
    step: str = ""
    usd: float = 0.0
    tokens: int = 0


class Progress(BaseModel, frozen=True):
    """A run as far as it is."""

    phases: tuple[PhaseProgress, ...] = ()

    @property
    def usd(self) -> float:
        """Dollars spent so far."""
        return round(sum(p.usd for p in self.phases), 6)

    @property
    def tokens(self) -> int:
        """Tokens used so far."""
        return sum(p.tokens for p in self.phases)


def progress_of(events: Path) -> Progress:
    """Return the progress that an event file tells; lines that are not whole are passed over."""
    phases: dict[str, PhaseProgress] = {}
    if not events.exists():
        return Progress()
    with events.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                event = Event.model_validate_json(line)
            except ValidationError:
                continue
            if event.phase is not None:
                phases[event.phase] = _next(phases.get(event.phase, PhaseProgress(id=event.phase)), event)
    return Progress(phases=tuple(phases.values()))


def _next(phase: PhaseProgress, event: Event) -> PhaseProgress:
    facts = event.facts
    spent = {"usd": max(phase.usd, facts.get("usd", 0.0)), "tokens": max(phase.tokens, facts.get("tokens", 0))}
    if event.kind == "spent":
        return phase.model_copy(update=spent)
    status = facts["status"] if event.kind == "phase-ended" else None
    return phase.model_copy(update=spent | {"step": sentence(event), "status": status})
