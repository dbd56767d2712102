"""A run's recorded model traffic, played again as a session: same replies, same faults, and where requests differ.

Conversations are found by phase, attempt, agent and number; the run's id and its folders differ in a replay. Attempts
that a crash cut off are left out: the replay makes none of them.
"""

import threading
from typing import Any, NamedTuple

from pydantic import BaseModel

from phasewright.record.sameness import difference
from phasewright.record.transcript import Transcripts
from phasewright.scripted import Conversation, Step
from phasewright.scripted.conversation import CONVERSATION_HEADER, conversation_from
from phasewright.turn import Block

HANG_SECONDS = 3600


class Place(NamedTuple):
    """Where a conversation stands in a run."""

    phase: str
    attempt: int
    agent: str
    n: int | None


class RecordedTurn(BaseModel):
    """One turn: all messages up to it, and every try."""

    messages: tuple[Block, ...]
    tries: tuple[dict[str, Any], ...] = ()


class RecordedConversation(BaseModel):
    """A conversation as it was."""

    system: str
    turns: dict[int, RecordedTurn]
    has_ended: bool


class Divergence(BaseModel, frozen=True):
    """The first request of a conversation that is not what was recorded."""

    conversation: str
    turn: int
    what: str


class Replay:
    """Plays a run's record to the scripted server; safe to use from its threads."""

    def __init__(self, transcripts: Transcripts) -> None:
        self._recorded = _whole_attempts(_read(transcripts))
        self._lock = threading.Lock()
        self._asked: dict[tuple[Place, int], int] = {}
        self._differs: dict[Place, Divergence] = {}

    @property
    def recorded_requests(self) -> int:
        """How many requests the record holds."""
        return sum(len(turn.tries) for found in self._recorded.values() for turn in found.turns.values())

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """Each conversation's first difference, in the order in which they came."""
        with self._lock:
            return tuple(self._differs.values())

    def answer(self, conversation: Conversation, turn: int, body: dict[str, Any]) -> Step:
        """Return what was answered then; a handler for the scripted server."""
        place = Place(conversation.phase, conversation.attempt, conversation.agent, conversation.n)
        with self._lock:
            time = self._asked[place, turn] = self._asked.get((place, turn), 0) + 1
        found = self._recorded.get(place)
        recorded = found.turns.get(turn) if found else None
        if found is None or recorded is None:
            self._note(place, str(conversation), turn, "the record has no such request")
            return Step.model_validate({"fault": {"status": 400, "message": "the record has no such request"}})
        if time == 1 and (what := difference(found.system, recorded.messages, body)):
            self._note(place, str(conversation), turn, what)
        if time > len(recorded.tries):
            return Step.model_validate({"fault": {"kind": "hang", "at": "headers", "seconds": HANG_SECONDS}})
        return step_of(recorded.tries[time - 1])

    def _note(self, place: Place, conversation: str, turn: int, what: str) -> None:
        with self._lock:
            self._differs.setdefault(place, Divergence(conversation=conversation, turn=turn, what=what))


def step_of(made: dict[str, Any]) -> Step:
    """Return the scripted step that answers as the recorded try was answered."""
    if made.get("reply") is None:
        return Step.model_validate({"fault": _fault(made)})
    content = made["reply"]["content"]
    text = "".join(block["text"] for block in content if block["type"] == "text")
    thinking = "".join(block.get("thinking", "") for block in content if block["type"] == "thinking")
    calls = [{"tool": block["name"], "input": block["input"]} for block in content if block["type"] == "tool_use"]
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    fields: dict[str, Any] = {
        "text": text or None,
        "thinking": thinking or None,
        "calls": calls,
        "stop_reason": made["reply"]["stop_reason"],
        "usage": {name: made["usage"][name] for name in names},
    }
    if refusal := made["reply"].get("refusal"):
        fields["stop_details"] = {"type": "refusal", "explanation": refusal}
    return Step.model_validate(fields)


def _fault(made: dict[str, Any]) -> dict[str, Any]:
    fault = made["fault"]
    if fault["status"] is None:
        return {"kind": "cut", "at": "start", "how": "reset"}
    headers = {} if fault["can_retry"] else {"x-should-retry": "false"}
    if made["wait_seconds"] is None and fault["retry_after_seconds"]:  # too long then, so it must be now
        headers["retry-after"] = f"{fault['retry_after_seconds']:.0f}"
    wanted = {"status": fault["status"], "type": fault["kind"], "message": fault["message"], "headers": headers}
    return wanted | ({"error_code": fault["code"]} if fault["code"] else {})


def _read(transcripts: Transcripts) -> dict[Place, RecordedConversation]:
    found = {}
    for name in transcripts.conversations():
        conversation = _place(name)
        found[conversation] = _conversation(list(transcripts.records(name)))
    return found


def _place(name: str) -> Place:
    read = conversation_from({CONVERSATION_HEADER: name})
    return Place(read.phase, read.attempt, read.agent, read.n)


def _conversation(records: list[dict[str, Any]]) -> RecordedConversation:
    system, ended = "", False
    messages: list[Block] = []
    turns: dict[int, RecordedTurn] = {}
    for record in records:
        if record["type"] == "conversation":
            system = record["fixed"]["system"]
        elif record["type"] == "request":
            messages += record["new_messages"]
            turns[record["turn"]] = RecordedTurn(messages=tuple(messages))
        elif record["type"] == "try":
            turn = turns[record["turn"]]
            turn.tries = (*turn.tries, record)
        elif record["type"] == "end":
            ended = record.get("reason") != "cancelled"
    return RecordedConversation(system=system, turns=turns, has_ended=ended)


def _whole_attempts(found: dict[Place, RecordedConversation]) -> dict[Place, RecordedConversation]:
    """Leave out attempts that were cut off, and number those that remain from 1."""
    numbers: dict[tuple[str, int], int] = {}
    for place in sorted(found, key=lambda p: (p.phase, p.attempt)):
        if place.agent == "orchestrator" and place.n is None and found[place].has_ended:
            earlier = sum(1 for phase, _ in numbers if phase == place.phase)
            numbers[place.phase, place.attempt] = earlier + 1
    return {
        place._replace(attempt=numbers[place.phase, place.attempt]): conversation
        for place, conversation in found.items()
        if (place.phase, place.attempt) in numbers
    }
