"""One exchange with the model, as plain values. `model` makes replies, `agent` reads them; no SDK types, no HTTP."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from phasewright.result import Usage
from phasewright.text import count_tokens

Block = dict[str, Any]
"""A JSON object as the API has it. Kept and sent back verbatim: thinking blocks are signed over what stands before."""

MAX_TOKENS = 32_000


class ToolSpec(BaseModel, frozen=True):
    """A tool as the model sees it."""

    name: str
    description: str
    input_schema: dict[str, Any]


class Request(BaseModel, frozen=True):
    """All of one request that decides what comes back, and where it belongs."""

    conversation: str
    """`<run>/<phase>/<attempt>/<agent>[/<n>]`, the value of the conversation header."""
    turn: int
    model: str
    system: str
    tools: tuple[ToolSpec, ...] = ()
    messages: tuple[Block, ...] = ()
    output_schema: dict[str, Any] | None = None
    """JSON schema of the last turn; None: free text."""
    effort: str | None = None
    max_tokens: int = MAX_TOKENS
    cache_ttl: str = "5m"

    def digest(self) -> str:
        """Return the SHA-256 of what decides the reply; the conversation's name is not part of it."""
        parts = self.model_dump(mode="json", exclude={"conversation", "turn", "cache_ttl"})
        return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def estimated_input_tokens(self) -> int:
        """Return a count for budgets, made before the service has counted."""
        return count_tokens(self.system + json.dumps([t.model_dump() for t in self.tools]) + json.dumps(self.messages))


class ToolCall(BaseModel, frozen=True):
    """A tool that a whole reply asks for, its input parsed strictly."""

    id: str
    name: str
    input: dict[str, Any]


class Reply(BaseModel, frozen=True):
    """A whole reply: the stream had its end and a stop reason."""

    content: tuple[Block, ...]
    stop_reason: str
    usage: Usage = Usage()
    request_id: str | None = None
    refusal: str | None = None
    """Category and explanation of a refusal."""

    @property
    def text(self) -> str:
        """All text blocks, joined."""
        return "".join(str(block.get("text", "")) for block in self.content if block.get("type") == "text")

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tools asked for, in order."""
        return tuple(
            ToolCall(id=block["id"], name=block["name"], input=block["input"])
            for block in self.content
            if block.get("type") == "tool_use"
        )
