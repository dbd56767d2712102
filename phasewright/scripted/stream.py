"""A step of the script as the API sends it: a whole message, or its server-sent events in their exact order."""

import hashlib
import json
from typing import Any, NamedTuple

from phasewright.scripted.caching import PromptCache
from phasewright.scripted.script import Step
from phasewright.scripted.signature import signature
from phasewright.scripted.tokens import text_tokens

_PIECES = 4
"""Deltas that a text or a tool call's JSON is sent in."""

_EMPTY: dict[str, dict[str, Any]] = {
    "text": {"text": ""},
    "tool_use": {"input": {}},
    "thinking": {"thinking": "", "signature": ""},
}
"""What a block has in `content_block_start`, before its deltas."""


class Block(NamedTuple):
    """A content block: as it stands in the message, and what its deltas add up to."""

    content: dict[str, Any]
    text: str
    """Text, thinking, or a tool call's JSON as sent (which a fault may have spoiled)."""


class Reply(NamedTuple):
    """A whole reply, ready to be sent."""

    message: dict[str, Any]
    blocks: list[Block]
    usage: dict[str, Any]
    stop_details: dict[str, Any] | None


class Event(NamedTuple):
    """A server-sent event, and where it stands: the places of `script.Place`."""

    place: str
    name: str
    content: dict[str, Any]

    def encode(self) -> bytes:
        """Return the event's bytes; its JSON is one `data:` line."""
        return f"event: {self.name}\ndata: {json.dumps(self.content, ensure_ascii=False)}\n\n".encode(
            "utf-8", "surrogatepass"
        )


def build_reply(step: Step, body: dict[str, Any], cache: PromptCache, *, name: str, think: bool) -> Reply:
    """Return the reply that *step* says to *body*. *name* (conversation, turn) makes its ids, the same every time."""
    blocks: list[Block] = []
    if think or step.thinking is not None:
        thought = step.thinking or ""
        signed = {"type": "thinking", "thinking": thought, "signature": signature(body, body["messages"])}
        blocks.append(Block(signed, thought))
    text = step.claim.model_dump_json() if step.claim else step.text
    if text:
        blocks.append(Block({"type": "text", "text": text}, text))
    blocks += [_call(step, index, name) for index in range(len(step.calls))]
    output = {"output_tokens": sum(text_tokens(block.text) for block in blocks) or 1}
    usage = {**cache.account(body), **output, "service_tier": "standard", **step.usage}
    message = {
        "id": f"msg_{_digest(name)}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [block.content for block in blocks],
        "stop_reason": step.ends_with,
        "stop_sequence": None,
        "usage": usage,
    }
    if step.stop_details:
        message["stop_details"] = step.stop_details
    return Reply(message, blocks, usage, step.stop_details)


def events(reply: Reply) -> list[Event]:
    """Return the reply's events in the order of the live API."""
    begun = {**reply.message, "content": [], "stop_reason": None, "usage": {**reply.usage, "output_tokens": 1}}
    begun.pop("stop_details", None)
    sent = [
        Event("start", "message_start", {"type": "message_start", "message": begun}),
        Event("start", "ping", {"type": "ping"}),
    ]
    for index, block in enumerate(reply.blocks):
        sent += _block_events(index, block)
    delta: dict[str, Any] = {"stop_reason": reply.message["stop_reason"], "stop_sequence": None}
    if reply.stop_details:
        delta["stop_details"] = reply.stop_details
    return [
        *sent,
        Event("stop", "message_delta", {"type": "message_delta", "delta": delta, "usage": _delta_usage(reply.usage)}),
        Event("message_stop", "message_stop", {"type": "message_stop"}),
    ]


def _block_events(index: int, block: Block) -> list[Event]:
    kind = block.content["type"]
    place = "tool_json" if kind == "tool_use" else "content"
    opened = {"type": "content_block_start", "index": index, "content_block": {**block.content, **_EMPTY[kind]}}
    deltas: list[dict[str, Any]]
    if kind == "tool_use":
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *_pieces(block.text)]]
    elif kind == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(block.text)]
        deltas.append({"type": "signature_delta", "signature": block.content["signature"]})
    else:
        deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(block.text)]
    return [
        Event(place, "content_block_start", opened),
        *(Event(place, "content_block_delta", _delta(index, delta)) for delta in deltas),
        Event(place, "content_block_stop", {"type": "content_block_stop", "index": index}),
    ]


def _delta(index: int, delta: dict[str, Any]) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def _delta_usage(usage: dict[str, Any]) -> dict[str, Any]:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    return {name: usage[name] for name in names}


def _call(step: Step, index: int, name: str) -> Block:
    call = step.calls[index]
    text = json.dumps(call.input, ensure_ascii=False)
    fault = step.fault
    if fault and fault.kind == "tool_json" and index == 0:
        text = {"malformed": text[:-1] + ",]", "truncated": text[: len(text) // 2], "list": f"[{text}]"}[fault.json_is]
    if step.ends_with == "max_tokens" and index == len(step.calls) - 1:
        text = text[: len(text) // 2]
    call_id = f"toolu_{_digest(f'{name}#{index}')}"
    return Block({"type": "tool_use", "id": call_id, "name": call.tool, "input": call.input}, text)


def _pieces(text: str) -> list[str]:
    size = max(1, -(-len(text) // _PIECES))
    return [text[start : start + size] for start in range(0, len(text), size)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
