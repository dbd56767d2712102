"""Which conversation a request belongs to. The header says it, never the order in which requests arrive."""

from collections.abc import Mapping
from urllib.parse import quote, unquote

from pydantic import BaseModel

CONVERSATION_HEADER = "x-phasewright-conversation"
TURN_HEADER = "x-phasewright-turn"


class Conversation(BaseModel, frozen=True):
    """One agent's conversation: `<run>/<phase>/<attempt>/<agent>[/<n>]`, its parts percent-encoded."""

    run: str
    phase: str
    attempt: int
    agent: str
    n: int | None = None
    """Number of the delegation within its attempt, from 1. None: the orchestrator's own conversation."""

    def __str__(self) -> str:
        parts = [self.run, self.phase, str(self.attempt), self.agent, *([] if self.n is None else [str(self.n)])]
        return "/".join(quote(part, safe="") for part in parts)


class Unroutable(ValueError):
    """A request without usable headers; the message says which."""


def conversation_from(headers: Mapping[str, str]) -> Conversation:
    """Return the conversation that the headers name. Raises Unroutable when they name none."""
    value = headers.get(CONVERSATION_HEADER)
    if not value:
        raise Unroutable(f"header {CONVERSATION_HEADER} is missing: the script is played by conversation")
    parts = [unquote(part) for part in value.split("/")]
    if len(parts) not in (4, 5) or not all(parts) or not all(number.isdigit() for number in (parts[2], *parts[4:])):
        raise Unroutable(f"{CONVERSATION_HEADER}: {value!r} is not <run>/<phase>/<attempt>/<agent>[/<n>]")
    return Conversation(
        run=parts[0],
        phase=parts[1],
        attempt=int(parts[2]),
        agent=parts[3],
        n=int(parts[4]) if len(parts) == 5 else None,
    )


def turn_from(headers: Mapping[str, str]) -> int:
    """Return the turn's number, from 1. Raises Unroutable when the header is missing or no such number."""
    value = headers.get(TURN_HEADER, "")
    if not value.isdigit() or int(value) < 1:
        raise Unroutable(f"header {TURN_HEADER} must be a number from 1, not {value!r}")
    return int(value)
