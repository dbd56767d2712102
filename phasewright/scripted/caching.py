"""Prompt caching as the API bills it: exact prefixes up to a `cache_control` mark, of a minimum length, for a while.

Source: Anthropic documentation, "Prompt caching", read 2026-11-22: order tools, system, messages; a mark looks back at
most 20 blocks for what was written before; a change of thinking or tool_choice spoils the messages' part.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from phasewright.scripted.tokens import block_text, prompt_blocks, text_tokens

LOOK_BACK_BLOCKS = 20
_LIFE_SECONDS = {"5m": 300.0, "1h": 3600.0}


class _Prefix(NamedTuple):
    key: str
    tokens: int
    mark: dict[str, Any] | None


class PromptCache:
    """What the server has cached, by prefix."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lives: dict[str, tuple[float, float]] = {}

    def account(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the input side of `usage` for this request, and remember what it writes."""
        prefixes = _prefixes(body)
        marked = [index for index, prefix in enumerate(prefixes) if prefix.mark and prefix.tokens >= _minimum(body)]
        total = prefixes[-1].tokens if prefixes else 0
        with self._lock:
            read = self._read(prefixes, marked)
            written = self._write(prefixes, marked, read)
        return {
            "input_tokens": total - read - sum(written.values()),
            "cache_creation_input_tokens": sum(written.values()),
            "cache_read_input_tokens": read,
            "cache_creation": {f"ephemeral_{ttl}_input_tokens": written[ttl] for ttl in ("5m", "1h")},
        }

    def _read(self, prefixes: list[_Prefix], marked: list[int]) -> int:
        now = self._clock()
        for index in reversed(marked):
            for candidate in range(index, max(-1, index - LOOK_BACK_BLOCKS - 1), -1):
                until, life = self._lives.get(prefixes[candidate].key, (0.0, 0.0))
                if until > now:
                    self._lives[prefixes[candidate].key] = (now + life, life)
                    return prefixes[candidate].tokens
        return 0

    def _write(self, prefixes: list[_Prefix], marked: list[int], read: int) -> dict[str, int]:
        written = {"5m": 0, "1h": 0}
        known, now = read, self._clock()
        self._lives = {key: life for key, life in self._lives.items() if life[0] > now}
        for index in marked:
            key, tokens, mark = prefixes[index]
            ttl = str((mark or {}).get("ttl", "5m"))
            life = max(_LIFE_SECONDS[ttl], self._lives.get(key, (0.0, 0.0))[1])
            self._lives[key] = (now + life, life)
            if tokens > known:
                written[ttl] += tokens - known
                known = tokens
        return written


def _prefixes(body: dict[str, Any]) -> list[_Prefix]:
    """Return, for each block of the prompt, the prefix that ends with it."""
    blocks = prompt_blocks(body)
    digest = hashlib.sha256(str(body.get("model")).encode())
    prefixes: list[_Prefix] = []
    tokens, in_messages = 0, False
    for role, block in blocks:
        if not in_messages and role not in ("tools", "system"):
            digest.update(repr((body.get("thinking"), body.get("tool_choice"))).encode())
            in_messages = True
        text = block_text(block)
        digest.update(f"\0{role}\0{text}".encode("utf-8", "surrogatepass"))
        tokens += text_tokens(text)
        prefixes.append(_Prefix(digest.hexdigest(), tokens, block.get("cache_control")))
    return _with_automatic_mark(prefixes, blocks, body.get("cache_control"))


def _with_automatic_mark(prefixes: list[_Prefix], blocks: list[Any], mark: Any) -> list[_Prefix]:
    """A mark on the request itself stands on the last block that can carry one."""
    if not mark:
        return prefixes
    last = max((n for n, (_, block) in enumerate(blocks) if block.get("type") != "thinking"), default=None)
    return [p._replace(mark=mark) if n == last and not p.mark else p for n, p in enumerate(prefixes)]


def _minimum(body: dict[str, Any]) -> int:
    """Return the tokens below which nothing is cached."""
    model = str(body.get("model"))
    if model.startswith(("claude-opus-4-5", "claude-haiku-4-5")):
        return 4096
    return 1024 if model == "claude-sonnet-5" or model.startswith(("claude-sonnet-4", "claude-opus-4")) else 512
