"""Where a markdown file's sections are, in bytes: nothing is decoded, so every other byte can stay what it is.

Front matter is no markdown: its lines are never headings or fences. Headings inside fences do not count.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from phasewright.errors import NotWritten

BOM = b"\xef\xbb\xbf"
_HEADING = re.compile(rb" {0,3}(#{1,6})(?:[ \t]+(.*?))??[ \t]*(?:[ \t]#+[ \t]*)?")
_FENCE = re.compile(rb" {0,3}(`{3,}|~{3,})(.*)")


class Line(NamedTuple):
    """One line that is neither front matter nor inside a fence, or that opens or closes a fence."""

    start: int
    end: int
    text: bytes
    """Without its line end."""
    fence: str
    """"opens", "inside", "closes", or "" outside fences."""


class Heading(NamedTuple):
    """A heading's place, level and words."""

    start: int
    end: int
    level: int
    title: bytes


class Span(NamedTuple):
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int


def front_matter(text: bytes) -> Span | None:
    """Return the span of the front matter's lines, without its `---` lines; None when there is none."""
    start = len(BOM) if text.startswith(BOM) else 0
    opening = re.compile(rb"---[ \t]*(?:\r\n|\r|\n)").match(text, start)
    closing = re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE).search(text, opening.end()) if opening else None
    return Span(opening.end(), closing.start()) if opening and closing else None


def lines(text: bytes) -> Iterator[Line]:
    """Yield every line after the front matter.

    Raises:
        NotWritten: a fence is never closed, so nobody can say where a section ends.
    """
    matter = front_matter(text)
    offset = text.index(b"\n", matter.end) + 1 if matter and b"\n" in text[matter.end :] else _bom_length(text)
    if matter and b"\n" not in text[matter.end :]:
        return
    mark, opened_at = b"", 0
    for raw in text[offset:].splitlines(keepends=True):
        line = raw.rstrip(b"\r\n")
        fence = _FENCE.fullmatch(line)
        place = ""
        if mark:
            closes = fence is not None and fence[1].startswith(mark) and not fence[2].strip()
            place, mark = ("closes", b"") if closes else ("inside", mark)
        elif fence and not (fence[1].startswith(b"`") and b"`" in fence[2]):
            place, mark, opened_at = "opens", fence[1], offset
        yield Line(offset, offset + len(raw), line, place)
        offset += len(raw)
    if mark:
        number = text[:opened_at].count(b"\n") + 1
        raise NotWritten(f"a code fence opened in line {number} is never closed; close it, then resume")


def _bom_length(text: bytes) -> int:
    return len(BOM) if text.startswith(BOM) else 0


def headings(text: bytes) -> list[Heading]:
    """Return all headings of the `#` kind, in order."""
    found = []
    for line in lines(text):
        if not line.fence and (heading := _HEADING.fullmatch(line.text)):
            found.append(Heading(line.start, line.end, len(heading[1]), (heading[2] or b"").strip()))
    return found


def section(text: bytes, title: bytes) -> Span | None:
    """Return the body of the second-level section *title*: after its heading, up to the next heading as high.

    Raises:
        NotWritten: there are two of them, or a fence is never closed.
    """
    every = headings(text)
    ours = [n for n, heading in enumerate(every) if heading.level == 2 and heading.title == title]
    if len(ours) > 1:
        raise NotWritten(f"there are two sections '## {title.decode()}'; remove one, then resume")
    if not ours:
        return None
    end = next((heading.start for heading in every[ours[0] + 1 :] if heading.level <= 2), len(text))
    return Span(every[ours[0]].end, end)


def newline(text: bytes) -> bytes:
    """Return the line end that most of the file's lines have."""
    return b"\r\n" if text.count(b"\r\n") * 2 > text.count(b"\n") else b"\n"


def append_section(text: bytes, title: bytes, body: bytes) -> bytes:
    """Return *text* with a new second-level section at its end; *body* has the file's line ends."""
    end = newline(text)
    gap = b"" if not text.strip() else end if text.endswith((b"\n", b"\r")) else end * 2
    if text.endswith(end * 2):
        gap = b""
    return text + gap + b"## " + title + end * 2 + body
