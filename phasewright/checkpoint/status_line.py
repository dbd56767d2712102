"""The status of a plan where it stands: front matter, a bold field, or a table row before the first phase."""

import re

from phasewright.checkpoint.section import Line, Span, front_matter, headings, lines, newline

_PHASE = re.compile(rb"(?i)#{1,6}[ \t]+.*\bphase[ \t]+(?:[0-9][0-9a-z.-]*|[a-z])(?![a-z]).*")
_MATTER = re.compile(
    rb"^(status[ \t]*:[ \t]*)(\"[^\"\r\n]*\"|'[^'\r\n]*'|[^#\r\n]*?)([ \t]*(?:#.*)?)\r?$", re.MULTILINE
)
_FIELD = re.compile(
    rb"(?i)([ \t]*(?:[-*+>][ \t]+)?(?:\*\*status[ \t]*:?\*\*[ \t]*:?|__status:?__:?|status:)[ \t]*)"
    # Another field on the same line, a hard break, or blanks: what stands behind the value stays.
    rb"(.*?)((?:[ \t]*(?:[|,;]|\xc2\xb7|\xe2\x80\xa2)?[ \t]+\*\*[^*]+:?\*\*.*|[ \t]*\\|[ \t]+)?)"
)
_ROW = re.compile(rb"(?i)([ \t]*\|[ \t]*(?:\*\*)?status:?(?:\*\*)?:?[ \t]*\|[ \t]*)([^|]*?)([ \t]*\|.*)")


def with_status(text: bytes, status: bytes) -> bytes:
    """Return *text* with its status replaced by *status* where it stands, or with a new line for it."""
    place = _in_front_matter(text) or _in_preamble(text)
    if place:
        gap = b" " if text[: place.start].endswith((b":", b"*")) else b""
        return text[: place.start] + gap + status + text[place.end :]
    return _with_new_line(text, status)


def _in_front_matter(text: bytes) -> Span | None:
    if not (matter := front_matter(text)):
        return None
    found = _MATTER.search(text, matter.start, matter.end)
    if not found or found.start() >= matter.end:
        return None
    start, end = found.span(2)
    quoted = text[start : start + 1] in {b'"', b"'"} and end - start >= 2
    return Span(start + 1, end - 1) if quoted else Span(start, end)


def _in_preamble(text: bytes) -> Span | None:
    """Return where the value of the first status before the first phase is."""
    for line in lines(text):
        if _begins_phases(line):
            return None
        if not line.fence and (found := _FIELD.fullmatch(line.text) or _ROW.fullmatch(line.text)):
            return Span(line.start + found.start(2), line.start + found.end(2))
    return None


def _begins_phases(line: Line) -> bool:
    return not line.fence and _PHASE.fullmatch(line.text.lstrip()) is not None


def _with_new_line(text: bytes, status: bytes) -> bytes:
    """Put a bold field under the title, or first where there is no title."""
    end = newline(text)
    line = b"**Status:** " + status + end
    title = next((heading for heading in headings(text) if heading.level == 1), None)
    if title:
        heading = text[: title.end] if text[: title.end].endswith((b"\n", b"\r")) else text[: title.end] + end
        rest = text[title.end :]
        return heading + end + line + (b"" if rest.startswith((b"\n", b"\r")) or not rest else end) + rest
    first = next((found.start for found in lines(text)), len(text))
    return text[:first] + line + end + text[first:]
