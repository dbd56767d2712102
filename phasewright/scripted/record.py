"""What the server received and what it answered, for tests to ask about and for people to read."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

KEEP_REQUESTS = 5000
_SECRET_HEADERS = {"authorization", "x-api-key"}


class Request(BaseModel, frozen=True):
    """One request of `/v1/messages`, as received."""

    number: int
    conversation: str | None
    """The header's value; None where it was missing."""
    turn: int | None
    headers: dict[str, str]
    """Names in lower case; credentials are not kept."""
    body: Any
    outcome: str
    """"reply", "fault: …" or "refused: …"."""
    started_seconds: float
    """Since the server started; so is the next."""
    ended_seconds: float | None = None
    """None: still being answered."""


class Summary(BaseModel, frozen=True):
    """Everything but the bodies."""

    requests: int
    counts: dict[str, int]
    """Conversation → requests, retried turns included."""
    turns: dict[str, int]
    """Conversation → turns that were replied to."""
    problems: tuple[str, ...]


class Record:
    """Grows while the server runs; safe to use from its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._requests: dict[int, Request] = {}
        self._problems: list[str] = []
        self._counts: Counter[str] = Counter()
        self._asked: Counter[tuple[str, int]] = Counter()
        self._replied: dict[str, set[int]] = {}
        self._number = 0

    def count(self, conversation: str, turn: int) -> int:
        """Count a request of *turn*; return how many there were of it, this one included."""
        with self._lock:
            self._counts[conversation] += 1
            self._asked[conversation, turn] += 1
            return self._asked[conversation, turn]

    def begin(
        self, conversation: str | None, turn: int | None, headers: Mapping[str, str], body: Any, outcome: str
    ) -> int:
        """Keep a request and what it will be answered, before the first byte goes out; return its number.

        Of a long life only the newest requests are kept whole.
        """
        kept = {name: "(not kept)" if name in _SECRET_HEADERS else value for name, value in headers.items()}
        with self._lock:
            self._number += 1
            if outcome == "reply" and conversation is not None and turn is not None:
                self._replied.setdefault(conversation, set()).add(turn)
            self._requests[self._number] = Request(
                number=self._number,
                conversation=conversation,
                turn=turn,
                headers=kept,
                body=body,
                outcome=outcome,
                started_seconds=self._now(),
            )
            self._requests.pop(self._number - KEEP_REQUESTS, None)
            return self._number

    def end(self, number: int) -> None:
        """Keep when the answer to a request ended."""
        with self._lock:
            if request := self._requests.get(number):
                self._requests[number] = request.model_copy(update={"ended_seconds": self._now()})

    def add_problem(self, problem: str) -> None:
        """Keep something that no honest client makes happen."""
        with self._lock:
            self._problems.append(problem)

    @property
    def requests(self) -> tuple[Request, ...]:
        """The requests of `/v1/messages`, in the order of their arrival."""
        with self._lock:
            return tuple(self._requests.values())

    @property
    def problems(self) -> tuple[str, ...]:
        """Broken rules of the API, and questions that the script has no answer to."""
        with self._lock:
            return tuple(self._problems)

    def summary(self) -> Summary:
        """Return everything but the bodies."""
        with self._lock:
            return Summary(
                requests=self._number,
                counts=dict(sorted(self._counts.items())),
                turns={name: len(turns) for name, turns in sorted(self._replied.items())},
                problems=tuple(self._problems),
            )

    def write_summary(self, path: Path) -> None:
        """Write the summary to *path* as JSON."""
        path.write_text(self.summary().model_dump_json(indent=2) + "\n", encoding="utf-8")

    def _now(self) -> float:
        return round(time.monotonic() - self._began, 4)
