"""When what was going on in a run: phases and gates from its events, conversations from its transcripts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import BaseModel

from phasewright.record.events import Event
from phasewright.record.transcript import Transcripts


class Span(BaseModel, frozen=True):
    """Something that took time."""

    kind: Literal["phase", "agent", "gate"]
    phase: str
    name: str
    began: datetime
    ended: datetime
    status: str = ""
    """How it ended; empty: well, or nobody knows."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended - self.began).total_seconds()


class Bar(BaseModel, frozen=True):
    """A span drawn: where it begins and how wide it is, in percent of the whole."""

    span: Span
    left: float
    width: float


def timeline(events: Sequence[Event], transcripts: Transcripts) -> tuple[Span, ...]:
    """Return all spans, a phase followed by what happened in it, in the order in which they began."""
    spans = [*_between(events, "phase", "phase-started", "phase-ended")]
    spans += _between(events, "gate", "verify-started", "verdict")
    spans += (_conversation(name, list(transcripts.records(name))) for name in transcripts.conversations())
    began: dict[str, datetime] = {}
    for span in sorted(spans, key=lambda s: s.began):
        began.setdefault(span.phase, span.began)
    return tuple(sorted(spans, key=lambda s: (began[s.phase], s.phase, s.kind != "phase", s.began)))


def bars(spans: Sequence[Span]) -> tuple[Bar, ...]:
    """Return the spans drawn on one scale."""
    if not spans:
        return ()
    begin, end = min(s.began for s in spans), max(s.ended for s in spans)
    whole = max(0.001, (end - begin).total_seconds())
    return tuple(
        Bar(
            span=span,
            left=round(100 * (span.began - begin).total_seconds() / whole, 2),
            width=max(0.2, round(100 * span.seconds / whole, 2)),
        )
        for span in spans
    )


def _between(events: Iterable[Event], kind: Literal["phase", "gate"], opening: str, closing: str) -> list[Span]:
    """Return the spans between events of two kinds. What never ended, lasts to the last event of its phase."""
    begun: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    spans = []
    for event in events:
        if event.phase is None:
            continue
        last[event.phase] = event.at
        if event.kind == opening:
            begun.setdefault(event.phase, event.at)
        elif event.kind == closing and event.phase in begun:
            spans.append(_span(kind, event.phase, begun.pop(event.phase), event.at, str(event.facts.get("status", ""))))
    return spans + [_span(kind, phase, at, last[phase], "not ended") for phase, at in begun.items()]


def _span(kind: Literal["phase", "gate"], phase: str, began: datetime, ended: datetime, status: str) -> Span:
    return Span(kind=kind, phase=phase, name=kind, began=began, ended=ended, status=status)


def _conversation(name: str, records: Sequence[dict[str, Any]]) -> Span:
    _, phase, attempt, *agent = name.split("/")
    end = records[-1] if records[-1]["type"] == "end" else None
    return Span(
        kind="agent",
        phase=unquote(phase),
        name=f"{unquote(' '.join(agent))} (attempt {attempt})",
        began=datetime.fromisoformat(records[0]["at"]),
        ended=datetime.fromisoformat(records[-1]["at"]),
        status="not ended" if end is None else str(end.get("reason") or ""),
    )
