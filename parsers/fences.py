"""Code fences that hold code fences.

By CommonMark a fence closes at the first bare fence of its kind, so a template in a ```` ```markdown ```` fence that
shows a ```` ```yaml ```` block ends in its middle, and the text after it, phases included, may vanish into the next
"fence" (survey 2.4). Where the nested reading closes cleanly it is what the author meant: the outer fence is made
longer before markdown is parsed. Lines stay where they are.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from parsers.notes import Notes

_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})[ \t]*([^`]*?)[ \t]*$")
_ANY_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*?)[ \t]*$")
_PHASE_LINE = re.compile(r"^ {0,3}#{1,6}[ \t]+Phase[ \t]+\d", re.I)
_REACH_LINES = 2000
"""How far the other end of a nested fence is looked for: keeps the whole linear."""
_HOLDS_MARKDOWN = re.compile(r"^(markdown|md|mdx|text|txt|prompt|jinja2?|hbs|handlebars|liquid|template)\b", re.I)


class Mended(NamedTuple):
    """Lines for the markdown parser, and the outer fences that were lengthened: (first line, last line)."""

    lines: tuple[str, ...]
    nested: tuple[tuple[int, int], ...] = ()


def mend_fences(lines: Sequence[str], notes: Notes) -> Mended:
    """Return *lines* with nested fences made explicit; note them, and a fence that nothing closes."""
    mended = list(lines)
    nested: list[tuple[int, int]] = []
    at = 0
    while at < len(lines):
        opened = _FENCE.match(lines[at])
        if opened is None:
            at += 1
            continue
        close = _first_close(lines, at, opened[2])
        outer = _nested_close(lines, at, opened) if _HOLDS_MARKDOWN.match(opened[3]) else None
        if outer is not None and close is not None and outer != close and not _hides_phase(lines, close, outer):
            longer = opened[2][0] * (_longest_inside(lines, at, outer) + 1)
            mended[at] = opened[1] + longer + opened[3]
            mended[outer] = longer
            nested.append((at + 1, outer + 1))
            message = "a fence inside a fence: by the markdown rules the outer one ends at the first inner end"
            hint = f"open and close the outer fence (lines {at + 1} and {outer + 1}) with {longer}"
            notes.add("nested-fence", f"{message}; read as nested to line {outer + 1}", at + 1, hint=hint)
            close = outer
        if close is None:
            notes.add("unclosed-fence", "this code fence is never closed: everything after it is code", at + 1)
            break
        at = close + 1
    return Mended(tuple(mended), tuple(nested))


def _first_close(lines: Sequence[str], at: int, marker: str) -> int | None:
    end = re.compile(rf"^ {{0,3}}{re.escape(marker[0])}{{{len(marker)},}}[ \t]*$")
    return next((i for i in range(at + 1, len(lines)) if end.match(lines[i])), None)


def _nested_close(lines: Sequence[str], at: int, opened: re.Match[str]) -> int | None:
    """Return the line that closes the fence when an inner fence with an info string is taken to open one."""
    depth = 1
    for i in range(at + 1, min(at + _REACH_LINES, len(lines))):
        fence = _ANY_FENCE.match(lines[i])
        if fence is None or fence[2][0] != opened[2][0]:
            continue
        if fence[3]:
            depth += 1
        elif len(fence[2]) >= len(opened[2]) or depth > 1:
            depth -= 1
        if depth == 0:
            return i
    return None


def _hides_phase(lines: Sequence[str], close: int, outer: int) -> bool:
    """True when the nested reading would turn a heading that markdown sees into code: then it is no better."""
    return any(_PHASE_LINE.match(lines[i]) for i in range(close + 1, outer))


def _longest_inside(lines: Sequence[str], first: int, last: int) -> int:
    fences = (_ANY_FENCE.match(lines[i]) for i in range(first, last + 1))
    return max(len(fence[2]) for fence in fences if fence)
