"""When two requests say the same, apart from what no two runs share: folders, ids, durations, the order of lines."""

import json
import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from phasewright.turn import Block

_SHOWN_CHARACTERS = 160
_NOT_THE_SAME_TWICE = [
    (re.compile(r"/[^\s'\"`]*?/(workspaces|targets)/[^/\s'\"`]+/phase-[^/\s'\"`)]+"), r"<\1>"),
    (re.compile(r"\b\d+(\.\d+)?\s?(ms|µs|ns|s|min|m)\b"), "<time>"),
    (re.compile(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{16}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*"), "<when>"),
]


def difference(system: str, messages: Sequence[Block], body: dict[str, Any]) -> str | None:
    """Return how *body* differs from a recorded request; None when it says the same."""
    recorded = [("system", [comparable(system)]), *_parts(messages)]
    asked = [("system", [comparable(_system_text(body))]), *_parts(body["messages"])]
    for before, now in zip_longest(recorded, asked, fillvalue=("nothing", [""])):
        if before != now:
            then, here = ("\n".join(said).splitlines() for _, said in (before, now))
            return f"recorded {_shown(before[0], then, here)}, asked {_shown(now[0], here, then)}"
    return None


def comparable(text: str) -> str:
    """Return *text* with what no two runs share replaced, its lines in order: tests end in any order."""
    for pattern, word in _NOT_THE_SAME_TWICE:
        text = pattern.sub(word, text)
    return "\n".join(sorted(text.splitlines()))


def _parts(messages: Sequence[Block]) -> list[tuple[str, list[str]]]:
    parts = []
    for message in messages:
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        said = [comparable(_said(block)) for block in blocks if block["type"] not in {"thinking", "redacted_thinking"}]
        parts.append((str(message["role"]), said))
    return parts


def _said(block: Block) -> str:
    match block["type"]:
        case "text":
            return str(block["text"])
        case "tool_use":
            return f"{block['name']} {json.dumps(block['input'], sort_keys=True)}"
        case "tool_result":
            return f"{'error' if block.get('is_error') else 'result'} {block['content']}"
        case kind:
            return str(kind)


def _system_text(body: dict[str, Any]) -> str:
    system = body.get("system", "")
    return system if isinstance(system, str) else "".join(block["text"] for block in system)


def _shown(role: str, lines: list[str], others: list[str]) -> str:
    """Return the first line that only this side has."""
    own = next((line for line in lines if line not in others), "the same lines")
    return f"{role} {own[:_SHOWN_CHARACTERS]!r}"
