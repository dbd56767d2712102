"""The rules of the API for `messages`: roles, tool calls and their results, texts, signed thinking."""

import re
from typing import Any

from phasewright.scripted.signature import signature

_TOOL_USE_ID = re.compile(r"^[a-zA-Z0-9_-]+$")
_USER_BLOCKS = ("text", "image", "document", "search_result", "tool_result")
_ASSISTANT_BLOCKS = ("text", "tool_use", "thinking", "redacted_thinking", "server_tool_use")


class Breach(ValueError):
    """The request breaks a rule; the message is the API's."""


def check_history(body: dict[str, Any]) -> None:
    """Raise Breach when the live API would refuse the messages of *body*."""
    messages = _joined(body["messages"])
    if not messages:
        raise Breach("messages: at least one message is required")
    if messages[0]["role"] != "user":
        raise Breach("messages: first message must use the 'user' role")
    if messages[-1]["role"] == "assistant":
        raise Breach(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    called: dict[str, None] = {}
    seen: set[str] = set()
    for index, message in enumerate(messages):
        where = f"messages.{index}"
        _check_blocks(message, where)
        _check_results(message, called, where)
        called = _calls(message, seen, where)
    if any(_uses_tools(message) for message in messages) and not body.get("tools"):
        raise Breach("Requests which include `tool_use` or `tool_result` blocks must define tools")
    _check_signatures(body)


def _joined(messages: list[Any]) -> list[dict[str, Any]]:
    """Return the messages with list contents, neighbours of one role joined, as the API reads them."""
    joined: list[dict[str, Any]] = []
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant", "system"):
            raise Breach(f"messages.{index}.role: Input should be 'user', 'assistant' or 'system'")
        if set(message) - {"role", "content"}:
            raise Breach(f"messages.{index}: Extra inputs are not permitted")
        content = message.get("content")
        if isinstance(content, str):
            if not content.strip():
                raise Breach(f"messages.{index}: all messages must have non-empty content")
            content = [{"type": "text", "text": content}]
        if not isinstance(content, list) or not content:
            raise Breach(f"messages.{index}: all messages must have non-empty content")
        if joined and joined[-1]["role"] == message["role"]:
            joined[-1] = {"role": message["role"], "content": [*joined[-1]["content"], *content]}
        else:
            joined.append({"role": message["role"], "content": content})
    return joined


def _check_blocks(message: dict[str, Any], where: str) -> None:
    allowed = _ASSISTANT_BLOCKS if message["role"] == "assistant" else _USER_BLOCKS
    for number, block in enumerate(message["content"]):
        place = f"{where}.content.{number}"
        if not isinstance(block, dict) or block.get("type") not in allowed:
            raise Breach(f"{place}: a message of role {message['role']!r} takes {', '.join(allowed)}")
        if block["type"] == "text":
            _check_text(block, place)
        if block["type"] == "tool_use" and not isinstance(block.get("input"), dict):
            raise Breach(f"{place}.tool_use.input: Input should be a valid dictionary")
        if block["type"] == "tool_result":
            _check_result_content(block.get("content"), place)


def _check_text(block: dict[str, Any], place: str) -> None:
    if not isinstance(block.get("text"), str):
        raise Breach(f"{place}.text: Field required")
    if not block["text"]:
        raise Breach(f"{place}: text content blocks must be non-empty")
    if not block["text"].strip():
        raise Breach(f"{place}: text content blocks must contain non-whitespace text")


def _check_result_content(content: Any, place: str) -> None:
    if content is None or isinstance(content, str):
        return
    if not isinstance(content, list):
        raise Breach(f"{place}.tool_result.content: Input should be a string or a list of blocks")
    for block in content:
        if not isinstance(block, dict) or block.get("type") not in _USER_BLOCKS[:-1]:
            raise Breach(f"{place}.tool_result.content: not a block that a result may hold")
        if block["type"] == "text":
            _check_text(block, f"{place}.tool_result.content")


def _check_results(message: dict[str, Any], called: dict[str, None], where: str) -> None:
    """Every call of the message before has one result here, before anything else, and nothing else has one."""
    content = message["content"]
    results = [block for block in content if block.get("type") == "tool_result"]
    ids = [str(block.get("tool_use_id")) for block in results]
    if missing := [name for name in called if name not in ids]:
        raise Breach(
            f"{where}: `tool_use` ids were found without `tool_result` blocks immediately after: {', '.join(missing)}. "
            "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
        )
    if unknown := [name for name in ids if name not in called]:
        raise Breach(f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {', '.join(unknown)}")
    if len(ids) != len(set(ids)):
        raise Breach(f"{where}: each tool_use must have a single result. Found multiple `tool_result` blocks.")
    if any(block.get("type") != "tool_result" for block in content[: len(results)]):
        raise Breach(f"{where}: `tool_result` blocks must come first in the content of a message")


def _calls(message: dict[str, Any], seen: set[str], where: str) -> dict[str, None]:
    ids = [str(block.get("id")) for block in message["content"] if block.get("type") == "tool_use"]
    for name in ids:
        if not _TOOL_USE_ID.match(name):
            raise Breach(f"{where}: tool_use.id: String should match pattern '{_TOOL_USE_ID.pattern}'")
        if name in seen:
            raise Breach(f"{where}: `tool_use` ids must be unique: {name}")
        seen.add(name)
    return dict.fromkeys(ids)


def _uses_tools(message: dict[str, Any]) -> bool:
    return any(block.get("type") in ("tool_use", "tool_result") for block in message["content"])


def _check_signatures(body: dict[str, Any]) -> None:
    messages = body["messages"]
    for index, message in enumerate(messages):
        content = message.get("content")
        for number, block in enumerate(content if isinstance(content, list) else []):
            if block.get("type") == "thinking" and block.get("signature") != signature(body, messages[:index]):
                raise Breach(
                    f"messages.{index}.content.{number}: Invalid `signature` in `thinking` block. "
                    "The block is bound to a different conversation"
                )
