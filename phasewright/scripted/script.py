"""What a scripted session says, as frozen values, and how one is read. docs/scripted-sessions.md shows the format."""

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from phasewright.errors import UsageError
from phasewright.result import PhaseClaim
from phasewright.scripted.conversation import Conversation

StopReason = Literal[
    "end_turn", "tool_use", "max_tokens", "stop_sequence", "pause_turn", "refusal", "model_context_window_exceeded"
]
Place = Literal["headers", "start", "content", "tool_json", "stop", "message_stop"]
"""Where in a reply a fault strikes: instead of the headers; before the first event; inside the first block; inside the
first tool call's JSON; after the last block, before the stop reason; after the stop reason, before `message_stop`."""

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


class Call(BaseModel, frozen=True, extra="forbid"):
    """A tool call. Written `{tool: write_file, input: {…}}` or, shorter, `{write_file: {…}}`."""

    tool: str
    input: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1 and "tool" not in value:
            [(tool, given)] = value.items()
            return {"tool": tool, "input": given or {}}
        return value


class Fault(BaseModel, frozen=True, extra="forbid"):
    """Something that goes wrong instead of the turn's reply. Written in full, or as a bare HTTP status."""

    kind: Literal["http", "sse_error", "cut", "tool_json", "hang"] = "http"
    status: int = Field(default=529, ge=400, le=599)
    type: str | None = None
    """The API's error type. None: the usual one for the status; for `sse_error`, overloaded_error."""
    message: str = "scripted fault"
    error_code: str | None = None
    headers: dict[str, str] = {}
    at: Place = "content"
    how: Literal["end", "drop", "reset"] = "drop"
    """How a `cut` connection ends: as if the reply were whole, without its last chunk, or by a TCP reset."""
    json_is: Literal["malformed", "truncated", "list"] = "truncated"
    """What a `tool_json` fault makes of the first call's input. The stream itself stays whole."""
    seconds: float = Field(default=3600, ge=0)
    """How long a `hang` lasts before the connection is dropped."""
    times: int = Field(default=1, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _from_status(cls, value: Any) -> Any:
        return {"status": value} if isinstance(value, int) else value

    @property
    def error_type(self) -> str:
        """The error type to send."""
        usual = "overloaded_error" if self.kind == "sse_error" else ERROR_TYPES.get(self.status, "api_error")
        return self.type or usual


class Step(BaseModel, frozen=True, extra="forbid"):
    """One turn's reply, or a fault in its place."""

    text: str | None = None
    thinking: str | None = None
    """Text of the thinking block. None: an empty one, as the API sends it by default."""
    calls: tuple[Call, ...] = ()
    claim: PhaseClaim | None = None
    """An orchestrator's last turn, sent as its JSON text."""
    stop_reason: StopReason | None = None
    """None: tool_use when there are calls, else end_turn. max_tokens cuts the last call's JSON short."""
    stop_details: dict[str, Any] | None = None
    usage: dict[str, int] = {}
    """Replaces the counted numbers of the same names."""
    delay_seconds: float = Field(default=0, ge=0)
    """Pause before the reply."""
    pace_seconds: float = Field(default=0, ge=0)
    """Pause after every event of the reply."""
    fault: Fault | None = None
    """The turn is not used up: asked again, the next fault or the reply follows. A fault that breaks a reply breaks
    this step's, or the next reply's where this step says nothing."""

    @field_validator("claim", mode="before")
    @classmethod
    def _no_unknown_keys(cls, value: Any) -> Any:
        if isinstance(value, dict) and (unknown := sorted(set(value) - set(PhaseClaim.model_fields))):
            raise ValueError(f"a claim has no {', '.join(unknown)}; it has {', '.join(PhaseClaim.model_fields)}")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> "Step":
        if self.claim is not None and self.text is not None:
            raise ValueError("a step has a text or a claim, not both")
        if not (self.fault or self.has_content or self.stop_reason):
            raise ValueError("a step needs one of text, calls, claim, stop_reason, fault")
        return self

    @property
    def has_content(self) -> bool:
        """True when the step itself says what to reply."""
        return bool(self.text or self.calls or self.claim)

    @property
    def ends_with(self) -> StopReason:
        """The reply's stop reason."""
        return self.stop_reason or ("tool_use" if self.calls else "end_turn")


class ScriptedConversation(BaseModel, frozen=True, extra="forbid"):
    """What is said in the conversations that match. Patterns know `*` and `?`; a number is matched as written."""

    phase: str = "*"
    attempt: str = "*"
    agent: str = "*"
    n: str = "*"
    steps: tuple[Step, ...]

    @field_validator("phase", "attempt", "agent", "n", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def matches(self, conversation: Conversation) -> bool:
        """True when these steps are for *conversation*."""
        pairs = (
            (conversation.phase, self.phase),
            (str(conversation.attempt), self.attempt),
            (conversation.agent, self.agent),
            ("" if conversation.n is None else str(conversation.n), self.n),
        )
        return all(fnmatchcase(value, pattern) for value, pattern in pairs)

    def answer(self, turn: int, time: int) -> Step | None:
        """Return the step for the *time*-th request (from 1) of *turn* (from 1); None when the script is over."""
        turns = self._turns()
        if turn > len(turns):
            return None
        faults, reply = turns[turn - 1]
        if time <= len(faults):
            fault = faults[time - 1]
            return fault if fault.has_content or reply is None else reply.model_copy(update={"fault": fault.fault})
        return reply

    def _turns(self) -> list[tuple[list[Step], Step | None]]:
        turns: list[tuple[list[Step], Step | None]] = []
        faults: list[Step] = []
        for step in self.steps:
            if step.fault:
                faults += [step] * step.fault.times
            else:
                turns.append((faults, step))
                faults = []
        return [*turns, (faults, None)] if faults else turns


class Script(BaseModel, frozen=True, extra="forbid"):
    """A scripted session. The first conversation that matches is played."""

    title: str = ""
    conversations: tuple[ScriptedConversation, ...]
    think: bool = True
    """Begin every reply with a signed thinking block, as current models do; it pins everything said before it."""
    pace_seconds: float = Field(default=0, ge=0)
    """Pause after every event where the step says nothing else."""

    def conversation_for(self, conversation: Conversation) -> ScriptedConversation | None:
        """Return the steps for *conversation*; None when the script has none."""
        return next((scripted for scripted in self.conversations if scripted.matches(conversation)), None)


def load_script(path: Path) -> Script:
    """Read a script, YAML or (by its `.json`) JSON.

    Raises:
        UsageError: no such file, or not a script; names the conversation and the step.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return Script.model_validate(json.loads(text) if path.suffix == ".json" else yaml.safe_load(text))
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"cannot read the script {str(path)!r}: {problem}") from problem
    except (yaml.YAMLError, json.JSONDecodeError) as problem:
        raise UsageError(f"{path}: {' '.join(str(problem).split())}") from problem
    except ValidationError as problem:
        raise UsageError(f"{path}: {_first_problem(problem)}") from problem


def _first_problem(problem: ValidationError) -> str:
    """Return the first problem as `conversations 2, steps 3, fault, at: message`, counting from 1."""
    first = problem.errors(include_url=False)[0]
    where = ""
    for part in first["loc"]:
        where += f" {part + 1}" if isinstance(part, int) else f"{', ' if where else ''}{part}"
    return f"{where or 'not a script'}: {first['msg'].removeprefix('Value error, ')}"
