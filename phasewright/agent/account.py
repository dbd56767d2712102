"""What happened in a conversation that became too long, short enough to begin a fresh one with."""

import json
from collections.abc import Sequence

from phasewright.text import count_tokens
from phasewright.turn import Block

ACCOUNT_TOKENS = 8_000
_INPUT_CHARACTERS = 400
_OUTPUT_CHARACTERS = 200


def account(messages: Sequence[Block]) -> str:
    """Return the conversation's first message whole, and what was said and done since, the newest kept first.

    Args:
        messages: as sent to the service; the first is the task.
    """
    first, *later = messages
    task = "\n\n".join(block["text"] for block in first["content"] if block["type"] == "text")
    kept: list[str] = []
    left = ACCOUNT_TOKENS
    for line in reversed([line for message in later for line in _lines(message)]):
        left -= count_tokens(line) + 1
        if left < 0:
            kept.append("(what came before is left out)")
            break
        kept.append(line)
    done = "\n".join(reversed(kept)) or "(nothing)"
    return f"{task}\n\nWhat was said and done so far, cut short:\n{done}"


def _lines(message: Block) -> list[str]:
    return [line for block in message["content"] if (line := _line(message["role"], block))]


def _line(role: str, block: Block) -> str | None:
    match block["type"]:
        case "text" if role == "assistant":
            return f"said: {_short(block['text'], _INPUT_CHARACTERS)}"
        case "tool_use":
            return (
                f"called {block['name']}: {_short(json.dumps(block['input'], ensure_ascii=False), _INPUT_CHARACTERS)}"
            )
        case "tool_result":
            failed = " (an error)" if block.get("is_error") else ""
            return f"  result{failed}: {_short(str(block['content']), _OUTPUT_CHARACTERS)}"
        case _:
            return None


def _short(text: str, characters: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= characters else f"{line[:characters]}…"
