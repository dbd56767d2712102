"""A plan file's text with its line numbers kept, whatever stands in it."""

import re
from typing import NamedTuple

from parsers.notes import Notes

SIZE_LIMIT_BYTES = 1_048_576
"""mistune's worst cases stay under 10 s up to here (measured: 37 families of bad input, 200 kB worst 2.9 s)."""

LINE_LIMIT = 250_000
"""A mebibyte of lines of four bytes needs more than 300 MB; a plan has some thousand lines."""

_FRONT_MATTER_END = re.compile(r"^(---|\.\.\.)[ \t]*$")
_UNPRINTABLE = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")


class Source(NamedTuple):
    """Text for the parser. `lines[0]` is line 1; front matter is blanked there and kept in `front_matter`."""

    lines: tuple[str, ...]
    original: tuple[str, ...]
    front_matter: str | None = None
    front_matter_end: int = 0
    """Last line of the front matter, its closing `---` included; 0 without one."""

    def text(self) -> str:
        """Return the text that a markdown parser may read: same lines, no front matter."""
        return "\n".join(self.lines) + "\n"

    def verbatim(self, first: int, last: int) -> str:
        """Return the original lines *first* to *last*, both included."""
        return "\n".join(self.original[first - 1 : last])


def read_source(raw: str | bytes, notes: Notes) -> Source | None:
    """Return the text of a plan file, or None when it is no text that a plan may be; *notes* then hold the cause."""
    text = _decode(raw, notes)
    if text is None:
        return None
    lines = tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if lines[-1] == "":
        lines = lines[:-1]
    if len(lines) > LINE_LIMIT:
        notes.add("too-large", f"the file has more than {LINE_LIMIT:,} lines", LINE_LIMIT)
        return None
    return _without_front_matter(lines)


def _decode(raw: str | bytes, notes: Notes) -> str | None:
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(data) > SIZE_LIMIT_BYTES:
        notes.add("too-large", f"the file has more than the {SIZE_LIMIT_BYTES:,} bytes that a plan may have")
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        notes.add("not-text", "the file is UTF-16", hint="save it as UTF-8")
        return None
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        notes.add("not-text", "the file holds a NUL byte: it is no text", line)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = data[: error.start].count(b"\n") + 1, error.start - data.rfind(b"\n", 0, error.start)
        notes.add("not-text", f"byte {data[error.start]:#04x} is not UTF-8", line, column, hint="save it as UTF-8")
        return None
    found = _UNPRINTABLE.search(text)
    if found and len(_UNPRINTABLE.findall(text)) > 8 + len(text) // 100:
        notes.add(
            "not-text", "the file is full of control characters: it is no text", text.count("\n", 0, found.start()) + 1
        )
        return None
    return text


def _without_front_matter(lines: tuple[str, ...]) -> Source:
    """Blank the front matter: a markdown parser would read it as a rule, a heading and more (survey 1)."""
    if not lines or lines[0].rstrip() != "---":
        return Source(lines, lines)
    end = next((i for i in range(1, len(lines)) if _FRONT_MATTER_END.match(lines[i])), None)
    if end is None:
        return Source(lines, lines)
    blanked = ("",) * (end + 1) + lines[end + 1 :]
    return Source(blanked, lines, "\n".join(lines[1:end]), end + 1)
