"""What the live Messages API refuses, refused here too, before the script is asked.

Rules of the models of the 5.5 generation and of API version 2026-10-21. Sources: Anthropic documentation ("What's new",
"Errors", "Prompt caching", "Structured outputs", "Preserved thinking") and the SDK's types, 2.12.0, read 2026-11-22.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from phasewright.scripted.contract_history import Breach, check_history
from phasewright.scripted.contract_tools import check_output_schema, check_tools
from phasewright.scripted.tokens import count_tokens

MAX_BREAKPOINTS = 4
MAX_OUTPUT_TOKENS = 128_000
CONTEXT_TOKENS = 1_000_000
MAX_BODY_BYTES = 32 * 1024 * 1024

_FIELDS = {
    "cache_control",
    "container",
    "diagnostics",
    "inference_geo",
    "max_tokens",
    "messages",
    "metadata",
    "model",
    "output_config",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "system",
    "thinking",
    "tool_choice",
    "tools",
}
_ADAPTIVE_ONLY = re.compile(r"^claude-(opus-5|fable-5|mythos-5)")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")


class Refusal(BaseModel, frozen=True):
    """An HTTP error that the live API would answer with."""

    status: int
    type: str
    message: str


def check_headers(headers: Mapping[str, str]) -> Refusal | None:
    """Return why the API refuses a request with these (lower case) headers; None when it does not."""
    bearer = headers.get("authorization", "")
    if not headers.get("x-api-key") and not bearer.removeprefix("Bearer ").strip():
        return Refusal(status=401, type="authentication_error", message="x-api-key header is required")
    if not headers.get("anthropic-version"):
        return _invalid("anthropic-version: header is required")
    return None


def check_body(body: Any) -> Refusal | None:
    """Return why the API refuses this request of `/v1/messages`; None when it does not."""
    if not isinstance(body, dict):
        return _invalid("the request body must be a JSON object")
    try:
        _check_fields(body)
        _check_sampling_and_thinking(body)
        check_tools(body)
        _check_output_config(body.get("output_config"))
        _check_system(body.get("system"))
        check_history(body)
        _check_cache_control(body)
    except Breach as breach:
        return _invalid(str(breach))
    if not str(body["model"]).startswith("claude-"):
        return Refusal(status=404, type="not_found_error", message=f"model: {body['model']}")
    if (tokens := count_tokens(body)) > CONTEXT_TOKENS:
        return _invalid(f"prompt is too long: {tokens} tokens > {CONTEXT_TOKENS} maximum")
    return None


def _invalid(message: str) -> Refusal:
    return Refusal(status=400, type="invalid_request_error", message=message)


def _check_fields(body: dict[str, Any]) -> None:
    for field, kind in (("model", str), ("max_tokens", int), ("messages", list)):
        if field not in body:
            raise Breach(f"{field}: Field required")
        if not isinstance(body[field], kind) or isinstance(body[field], bool):
            raise Breach(f"{field}: Input should be a valid {kind.__name__}")
    if not 0 <= body["max_tokens"] <= MAX_OUTPUT_TOKENS:
        raise Breach(f"max_tokens: {body['max_tokens']} is not between 0 and {MAX_OUTPUT_TOKENS}")
    for field in ("temperature", "top_p", "top_k"):
        if field in body:
            raise Breach(f"`{field}` is not supported by this API version")
    if unknown := sorted(set(body) - _FIELDS):
        raise Breach(f"{unknown[0]}: Extra inputs are not permitted")


def _check_sampling_and_thinking(body: dict[str, Any]) -> None:
    choice = body.get("tool_choice")
    if choice is not None and (not isinstance(choice, dict) or choice.get("type") not in ("auto", "none")):
        raise Breach("tool_choice: forced tool use is not supported by this model; use 'auto' or 'none'")
    thinking = body.get("thinking")
    if thinking is None:
        return
    allowed = ("adaptive",) if _ADAPTIVE_ONLY.match(body["model"]) else ("adaptive", "between_tools")
    if not isinstance(thinking, dict) or thinking.get("type") not in allowed:
        raise Breach(f"thinking.type: this model supports {', '.join(allowed)} only")


def _check_output_config(config: Any) -> None:
    if config is None:
        return
    if not isinstance(config, dict):
        raise Breach("output_config: Input should be an object")
    if config.get("effort") is not None and config["effort"] not in _EFFORTS:
        raise Breach(f"output_config.effort: Input should be one of {', '.join(_EFFORTS)}")
    if config.get("format") is not None:
        check_output_schema(config["format"])


def _check_system(system: Any) -> None:
    if system is None or isinstance(system, str):
        return
    if not isinstance(system, list):
        raise Breach("system: Input should be a string or a list of text blocks")
    for index, block in enumerate(system):
        if not isinstance(block, dict) or block.get("type") != "text":
            raise Breach(f"system.{index}: Input should be a text block")
        if not str(block.get("text", "")).strip():
            raise Breach(f"system.{index}: text content blocks must be non-empty")


def _check_cache_control(body: dict[str, Any]) -> None:
    marks = list(_cache_marks(body))
    for mark in marks:
        if not isinstance(mark, dict) or mark.get("type") != "ephemeral" or mark.get("ttl", "5m") not in ("5m", "1h"):
            raise Breach(f"cache_control: {mark!r} is not {{'type': 'ephemeral', 'ttl': '5m' or '1h'}}")
    if len(marks) > MAX_BREAKPOINTS:
        raise Breach(f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. Found {len(marks)}.")
    lives = [mark.get("ttl", "5m") for mark in marks]
    if lives != sorted(lives):  # "1h" sorts before "5m"
        raise Breach("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")


def _cache_marks(body: dict[str, Any]) -> Iterator[Any]:
    """Yield the marks in the order of the prompt: tools, system, messages, then the automatic one."""
    messages = [block for message in body["messages"] for block in _blocks(message.get("content"))]
    for block in [*_blocks(body.get("tools")), *_blocks(body.get("system")), *messages]:
        if block.get("cache_control") is not None:
            if block.get("type") in ("thinking", "redacted_thinking"):
                raise Breach("cache_control is not allowed on thinking blocks")
            yield block["cache_control"]
    if body.get("cache_control") is not None:
        yield body["cache_control"]


def _blocks(content: Any) -> list[dict[str, Any]]:
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
