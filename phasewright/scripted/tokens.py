"""How many tokens a request has, as this server counts: 4 bytes of UTF-8 each, rounded up, block by block."""

import json
from typing import Any

from phasewright.scripted.signature import without_cache_control

BYTES_PER_TOKEN = 4


def text_tokens(text: str) -> int:
    """Return the tokens of a text."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def block_text(block: Any) -> str:
    """Return one prompt block in the form that is hashed and counted, without its cache mark."""
    return json.dumps(without_cache_control(block), ensure_ascii=False, separators=(",", ":"))


def prompt_blocks(body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return (role, block) for all blocks of the prompt in the order that caching follows: tools, system, messages."""
    blocks = [("tools", tool) for tool in body.get("tools") or [] if isinstance(tool, dict)]
    blocks += [("system", block) for block in _as_blocks(body.get("system"))]
    for message in body.get("messages") or []:
        if isinstance(message, dict):
            blocks += [(str(message.get("role")), block) for block in _as_blocks(message.get("content"))]
    return blocks


def count_tokens(body: dict[str, Any]) -> int:
    """Return the tokens of the whole prompt."""
    return sum(text_tokens(block_text(block)) for _, block in prompt_blocks(body))


def _as_blocks(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
