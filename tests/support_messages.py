"""Requests for the scripted Messages API server, as the real SDK sends them or as raw HTTP."""

import json
import urllib.error
import urllib.request
from typing import Any

import anthropic

from phasewright.scripted import Conversation, ScriptedServer

TOOL: dict[str, Any] = {"name": "look", "description": "Looks.", "input_schema": {"type": "object", "properties": {}}}
HELLO: dict[str, Any] = {"role": "user", "content": "hello"}


def conversation_headers(name: str = "run/1/1/orchestrator", turn: int = 1) -> dict[str, str]:
    """Return the two headers that route a request."""
    return {"x-phasewright-conversation": name, "x-phasewright-turn": str(turn)}


def body(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a request body that the API takes."""
    return {"model": "claude-sonnet-5-5", "max_tokens": 1000, "messages": list(messages) or [HELLO], **more}


def client(server: ScriptedServer, read_seconds: float = 5) -> anthropic.Anthropic:
    """Return a real client of *server* that does not retry."""
    return anthropic.Anthropic(api_key="k", base_url=server.url, max_retries=0, timeout=read_seconds)


def ask(server: ScriptedServer, request: dict[str, Any], name: str = "run/1/1/orchestrator", turn: int = 1) -> Any:
    """Return the final message of a streamed turn."""
    with (
        client(server) as sdk,
        sdk.messages.stream(**request, extra_headers=conversation_headers(name, turn)) as stream,
    ):
        return stream.get_final_message()


def post(
    server: ScriptedServer, request: Any, *, path: str = "/v1/messages", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Return (status, JSON) of a plain request."""
    given = {"x-api-key": "k", "anthropic-version": "2026-10-21", **conversation_headers()}
    data = request if isinstance(request, bytes) else json.dumps(request).encode()
    sent = urllib.request.Request(server.url + path, data=data, headers=given if headers is None else headers)
    try:
        with urllib.request.urlopen(sent, timeout=10) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def get(server: ScriptedServer, path: str, headers: dict[str, str] | None = None) -> Any:
    """Return the JSON of a plain GET."""
    request = urllib.request.Request(server.url + path, headers=headers or {})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def talk(conversation: Conversation) -> str:
    """Return where a conversation stands in its run, without the run's id."""
    return str(conversation).partition("/")[2]
