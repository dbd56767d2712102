"""Signatures of thinking blocks. Current models bind each block to everything said before it, so a history may only
grow: an edited tool result, another system prompt or a tool added later is refused. Source: Anthropic documentation,
"Preserved thinking", read 2026-11-22.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def without_cache_control(value: Any) -> Any:
    """Return *value* without its `cache_control` marks, at any depth of blocks (not inside tool inputs)."""
    if isinstance(value, dict):
        return {
            key: item if key in {"input", "input_schema"} else without_cache_control(item)
            for key, item in value.items()
            if key != "cache_control"
        }
    if isinstance(value, list):
        return [without_cache_control(item) for item in value]
    return value


def signature(body: dict[str, Any], messages: Sequence[Any]) -> str:
    """Return the signature of a thinking block that follows *messages* in the conversation of *body*."""
    bound = [body.get("system"), body.get("tools"), [_canonical(message) for message in messages]]
    text = json.dumps(without_cache_control(bound), ensure_ascii=False, separators=(",", ":"))
    return "scripted-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(message: Any) -> Any:
    """A text content and a list with that one text are the same to the API."""
    if isinstance(message, dict) and isinstance(message.get("content"), str):
        return {"role": message.get("role"), "content": [{"type": "text", "text": message["content"]}]}
    return message
