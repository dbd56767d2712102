"""Reads a reply's stream strictly, whole or not at all. The SDK takes a cut stream and half a call for whole ones."""

import asyncio
import json
from typing import Any

from phasewright.turn import Block

Bill = dict[str, Any]
"""Token counts of a stream as far as it came, by the service's own names."""


_FAREWELL_SECONDS = 0.5
"""How long a connection may stay open after its reply has ended: read to its end it can be used again."""

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RuntimeError)


class Unreadable(Exception):
    """A reply that is not whole or not readable; nothing of it may be used."""


async def read_reply(stream: Any, bill: Bill) -> tuple[tuple[Block, ...], str, str | None]:
    """Return content, stop reason and refusal of a whole reply; fill *bill* while it comes."""
    tool_json: dict[int, list[str]] = {}
    message: Any = None
    try:
        async with asyncio.timeout(None) as patience:
            async for event in stream:
                if event.type == "content_block_delta" and event.delta.type == "input_json_delta":
                    tool_json.setdefault(event.index, []).append(event.delta.partial_json)
                elif event.type in {"message_start", "message_delta"}:
                    bill.update(stream.current_message_snapshot.usage.to_dict())
                elif event.type == "message_stop":
                    message = event.message.to_dict(warnings=False)
                    patience.reschedule(asyncio.get_running_loop().time() + _FAREWELL_SECONDS)
    except Exception as error:
        if message is None and isinstance(error, _UNREADABLE):
            raise Unreadable(f"unreadable reply: {type(error).__name__}: {error}"[:400]) from error
        if message is None:
            raise
    if message is None or not message.get("stop_reason"):
        raise Unreadable("the stream ended before its reply did")
    details = message.get("stop_details") or {}
    refusal = ": ".join(str(v) for v in (details.get("category"), details.get("explanation")) if v)
    content = [_whole(block, tool_json.get(i), message["stop_reason"]) for i, block in enumerate(message["content"])]
    if message["stop_reason"] == "tool_use" and not any(block["type"] == "tool_use" for block in content):
        raise Unreadable("the reply says it calls a tool, and calls none")
    return tuple(content), message["stop_reason"], refusal or None


async def end_reading(stream: Any) -> None:
    """Close the iterators below *stream* now.

    Where the SDK trips over a reply (tool JSON that is none) it leaves them open in a cycle; the garbage collector
    would close them some time, on an event loop that may be gone by then.
    """
    iterator = getattr(getattr(stream, "_raw_stream", None), "_iterator", None)
    if iterator is not None:
        await iterator.aclose()


def _whole(block: Block, raw: list[str] | None, stop_reason: str) -> Block:
    """Return *block* with tool input parsed strictly. Only `tool_use` promises that the input is whole."""
    if block["type"] != "tool_use" or stop_reason != "tool_use":
        return block
    try:
        value = json.loads("".join(raw or ()) or "{}", parse_constant=_refuse_constant)
    except ValueError as error:
        raise Unreadable(f"input of tool {block['name']!r} is cut or no JSON: {error}") from error
    if not isinstance(value, dict):
        raise Unreadable(f"input of tool {block['name']!r} is no object")
    return {**block, "input": value}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
