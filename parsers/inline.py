"""Pieces of one line of markdown: code spans, bold labels, parentheses."""

import re
from typing import NamedTuple

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_BOLD = r"(?:\*\*|__)"
_LABEL = re.compile(
    rf"{_BOLD}(?P<inside>[^*\n]{{1,120}}?):[ ]?{_BOLD}"
    rf"|{_BOLD}(?P<outside>[^*\n]{{1,120}}?){_BOLD}(?:[ ]\([^()]*\))?[ ]?:"
)
_BARE_LABEL = re.compile(r"^\*\*([A-Za-z][A-Za-z /&-]{2,40})\*\*\s*$")
_PIPE = re.compile(r"[ \t]+\|[ \t]+(?=\*\*)")
_EMPHASIS = re.compile(r"\*\*|__|~~")


class CodeSpan(NamedTuple):
    """A code span: its text, and where its first character stands (from 0)."""

    text: str
    start: int
    end: int


class Label(NamedTuple):
    """`**Name:** value`, with the value's column from 0."""

    name: str
    value: str
    column: int
    is_bare: bool = False
    """True for a bold line without the colon."""


def code_spans(line: str) -> list[CodeSpan]:
    """Return the code spans of *line*, in order."""
    return [CodeSpan(m[2].strip(), m.start(2), m.end(2)) for m in _SPAN.finditer(line)] if "`" in line else []


def labels(line: str) -> list[Label]:
    """Return the bold labels of a line that begins with one; several are divided by ` | `."""
    stripped = line.lstrip(" ")
    start = len(line) - len(stripped)
    if start > 3 or not stripped.startswith(("**", "__")):
        return []
    found: list[Label] = []
    for piece, offset in _pieces(stripped, start):
        match = _LABEL.match(piece)
        if match is None:
            break
        value = piece[match.end() :]
        column = offset + match.end() + len(value) - len(value.lstrip())
        found.append(Label((match["inside"] or match["outside"]).strip(), value.strip(), column))
    return found or _bare_label(stripped, start)


def _bare_label(text: str, start: int) -> list[Label]:
    """Return a line that is bold as a whole: `**Acceptance Criteria**`. Whoever asks must know the name."""
    match = _BARE_LABEL.match(text)
    return [Label(match[1].strip(), "", start + match.end(), is_bare=True)] if match else []


def _pieces(text: str, offset: int) -> list[tuple[str, int]]:
    if "|" not in text:
        return [(text, offset)]
    pieces, start = [], 0
    for match in _PIPE.finditer(text):
        pieces.append((text[start : match.start()], offset + start))
        start = match.end()
    return [*pieces, (text[start:], offset + start)]


def without_spans(line: str) -> str:
    """Return *line* with each code span's text replaced by as many dots: columns stay."""
    return _SPAN.sub(lambda m: "." * len(m[0]), line) if "`" in line else line


def without_parentheses(text: str) -> str:
    """Return *text* without what stands in parentheses, nested ones included. An unclosed one runs to the end."""
    kept: list[str] = []
    depth = 0
    for character in text:
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


def plain(text: str) -> str:
    """Return *text* without backticks and emphasis marks."""
    return _EMPHASIS.sub("", text.replace("`", "")).strip()


def table_cells(line: str) -> list[str]:
    r"""Return the cells of a table row, without the outer pipes; `\|` and pipes in code spans divide nothing."""
    hidden = without_spans(line).replace("\\|", "..").rstrip()
    first = len(hidden) - len(hidden.lstrip())
    if not hidden.lstrip().startswith("|"):
        return []
    end = len(hidden) - 1 if hidden.endswith("|") and len(hidden) > first + 1 else len(hidden)
    cells, start = [], first + 1
    for i in range(first + 1, end):
        if hidden[i] == "|":
            cells.append(line[start:i].strip())
            start = i + 1
    return [*cells, line[start:end].strip()]


def is_divider(cells: list[str]) -> bool:
    """True for the row of dashes under a table's head."""
    return bool(cells) and all(re.fullmatch(r":?-+:?", cell) for cell in cells)
