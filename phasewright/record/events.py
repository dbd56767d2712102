"""What happens in a run, as events: written to `events.jsonl` and told to whoever listens. Never asked for truth."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel


class Event(BaseModel, frozen=True):
    """One thing that happened. `kind` is one of the words in `Story`'s callers; `facts` are plain values."""

    at: datetime
    kind: str
    phase: str | None = None
    facts: dict[str, Any] = {}


Listener = Callable[[Event], None]


class Story:
    """Tells events in their order: first to the file, each line whole, then to the listeners."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.listeners: list[Listener] = []

    def tell(self, kind: str, phase: str | None = None, **facts: Any) -> None:
        """Record that something happened."""
        event = Event(at=datetime.now(UTC), kind=kind, phase=phase, facts=facts)
        line = json.dumps(event.model_dump(mode="json", fallback=str, exclude_none=True)) + "\n"
        with self._lock, self._file.open("a", encoding="utf-8") as out:
            out.write(line)
        for listener in self.listeners:
            listener(event)
