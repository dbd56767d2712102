"""Text that came from elsewhere, made safe to show. Everything here is linear in the text's length."""

import re
import unicodedata

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|[\x1b][PX^_\]][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS and their like, up to their end
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_KEPT = frozenset("\n\t\u200d\ufeff")


def clean(text: str) -> str:
    """Return *text* without terminal sequences, control, direction and tag characters; `\\n` and `\\t` stay.

    A line that a progress bar overwrote keeps its last state.
    """
    if "\x1b" in text or "\x9b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" in text:
        text = "\n".join(_last_state(line) for line in text.split("\n"))
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _HIDDEN)


def _last_state(line: str) -> str:
    states = [state for state in line.rstrip("\r").rsplit("\r", 1) if state]
    return states[-1] if states else ""


def head_and_tail(text: str, limit: int, where: str = "") -> str:
    """Return *text* cut in the middle to about *limit* characters; *where* tells where all of it is."""
    if len(text) <= limit:
        return text
    half = limit // 2
    left_out = f"\n[... {len(text) - 2 * half} characters left out{f'; all of it: {where}' if where else ''} ...]\n"
    return text[:half] + left_out + text[-half:]
