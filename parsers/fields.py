"""A phase's fields: what stands under which label, in any of the dialects, with its lines."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from parsers.blocks import Block
from parsers.dialects.labels import Key, key_of, key_of_heading
from parsers.inline import Label, is_divider, labels, table_cells
from parsers.sections import PhaseHeading

LineKind = Literal["text", "item", "code", "fence", "table", "heading", "rule"]
_ITEM = re.compile(r"^([ \t]*)([-*+]|\d{1,9}[.)])(?:[ \t]+(.*))?$")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([^`]*)$")
_BOX = re.compile(r"^\[([ xX~!-])\][ \t]+(.*)$")
_PROPERTY_HEADS = frozenset({"property", "field", "attribute", "key", "aspect", "item", "metadata", "name", ""})
_MANIFEST_LABEL = re.compile(r"\.toml\b|^(dev|build)-?dependencies$|^dependencies$|^runtime", re.I)


class Line(NamedTuple):
    """One line of a phase. `text` of an item is what follows its bullet; of a code line, the line."""

    number: int
    kind: LineKind
    text: str
    indent: int = 0
    column: int = 1
    """Where `text` begins, from 1."""
    info: str = ""
    """Of code, its fence's info string; of an item, its bullet."""

    def box(self) -> tuple[bool, str] | None:
        """Return (ticked, text) of a checkbox item, None for anything else."""
        match = _BOX.match(self.text) if self.kind == "item" else None
        return (match[1] in "xX", match[2]) if match else None


class Field(NamedTuple):
    """A label, the value beside it and the lines below it."""

    key: Key | None
    label: str
    value: str
    line: int
    column: int
    """Where the value begins, from 1; of the label where it has none."""
    body: tuple[Line, ...] = ()
    label_column: int = 1

    def items(self) -> Iterator[Line]:
        """Return the list items below the label."""
        return (line for line in self.body if line.kind == "item")


def read_lines(blocks: Sequence[Block], lines: Sequence[str], first: int, last: int) -> list[Line]:
    """Return the lines *first* to *last* with what each is. Blank lines and quotes are left out."""
    result: list[Line] = []
    for block in blocks:
        if block.last < first or block.first > last:
            continue
        start, end = max(block.first, first), min(block.last, last)
        if block.kind == "code":
            result.extend(_code_lines(lines, start, end, block))
        elif block.kind == "heading":
            result.append(Line(block.first, "heading", block.text, block.level))
        elif block.kind == "rule":
            result.append(Line(block.first, "rule", ""))
        elif block.kind in ("paragraph", "list"):
            result.extend(_prose_lines(lines, start, end))
    return result


def _code_lines(lines: Sequence[str], first: int, last: int, block: Block) -> Iterator[Line]:
    if block.is_fenced:
        yield Line(first, "fence", "", info=block.text)
        inside = range(first + 1, last + 1)
    else:
        inside = range(first, last + 1)
    for number in inside:
        if not (block.is_fenced and _FENCE.match(lines[number - 1]) and number == _last_text(lines, first, last)):
            yield Line(number, "code", lines[number - 1], info=block.text)


def _last_text(lines: Sequence[str], first: int, last: int) -> int:
    while last > first and not lines[last - 1].strip():
        last -= 1
    return last


def _prose_lines(lines: Sequence[str], first: int, last: int) -> Iterator[Line]:
    """Walk a paragraph or a list; fences inside list items are code too."""
    fence = ""
    info = ""
    for number in range(first, last + 1):
        text = lines[number - 1]
        mark = _FENCE.match(text)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
            else:
                yield Line(number, "code", text, info=info)
        elif mark and text[:1] in " \t":
            fence, info = mark[1], mark[2].strip()
            yield Line(number, "fence", "", info=info)
        elif text.strip():
            yield _prose_line(number, text)


def _prose_line(number: int, text: str) -> Line:
    item = _ITEM.match(text)
    if item:
        content = item[3] or ""
        indent = len(item[1].expandtabs(4))
        return Line(number, "item", content, indent, len(text) - len(content) + 1, info=item[2])
    stripped = text.strip()
    indent = len(text) - len(text.lstrip())
    return Line(number, "table" if stripped.startswith("|") else "text", stripped, indent, indent + 1)


def read_fields(phase: PhaseHeading, lines: Sequence[Line]) -> list[Field]:
    """Return the fields of a phase in the order written. Lines before the first label are the field with no label."""
    reader = _Reader(phase)
    for line in lines:
        if line.number > phase.line:
            reader.take(line)
    return reader.finish()


class _Reader:
    """Collects fields line by line. A field is open until something says that it ended."""

    def __init__(self, phase: PhaseHeading) -> None:
        self.level = phase.level
        self.fields: list[Field] = []
        self.body: list[Line] = []
        self.open = Field(None, "", "", phase.line, 1)
        self.open_level = 0
        """Level of the heading that opened the field; 0 for a label."""
        self.previous: Line | None = None
        self.table_head = ""
        self.is_list = False
        """True while the fields are items of a list: "- **Owner:** x"."""

    def take(self, line: Line) -> None:
        if line.kind in ("heading", "rule") and self.is_list:
            self._start(Field(None, "", "", line.number, 1))
            self.is_list = False
        if line.kind == "heading":
            self._heading(line)
        elif line.kind == "rule":
            self._start(Field(None, "", "", line.number, 1))
        elif line.kind == "table" and (row := self._property(line)):
            self._start(row)
        elif found := self._labels(line):
            for label in found:
                self._label(line, label)
        else:
            self.body.append(line)
        self.previous = line

    def finish(self) -> list[Field]:
        self._start(self.open)
        return self.fields

    def _start(self, field: Field, level: int = 0) -> None:
        body = self._outdented() if self.is_list else tuple(self.body)
        self.fields.append(self.open._replace(body=body))
        self.body = []
        self.open, self.open_level = field, level

    def _outdented(self) -> tuple[Line, ...]:
        """Return the body with its outermost items at the margin: below an item they stand deeper."""
        least = min((line.indent for line in self.body if line.kind == "item"), default=0)
        return tuple(line._replace(indent=max(0, line.indent - least)) for line in self.body)

    def _heading(self, line: Line) -> None:
        key = key_of_heading(line.text)
        if key is not None:
            self._start(Field(key, line.text, "", line.number, 1), line.indent)
        elif self.open_level == 0 or line.indent <= self.open_level:
            self._start(Field(None, line.text, "", line.number, 1), line.indent)
        else:
            self.body.append(line)

    def _label(self, line: Line, label: Label) -> None:
        key = key_of(label.name)
        if key in (None, "other") and self._is_part(key, label):
            self.body.append(line)
            return
        if line.kind != "item" and self.is_list:
            self._start(Field(None, "", "", line.number, 1))
            self.is_list = False
        column = label.column + 1
        self._start(Field(key, label.name, label.value, line.number, column, label_column=line.column))

    def _is_part(self, key: Key | None, label: Label) -> bool:
        """True for a label that only divides the open field: "**Unit tests:**" among boxes, a manifest's name."""
        if self.open.key == "criteria" and not label.value:
            return not self.body or any(line.box() for line in self.body)
        if self.open_level:
            return key is None
        return self.open.key == "crates" and bool(_MANIFEST_LABEL.search(label.name.strip("`")))

    def _labels(self, line: Line) -> list[Label]:
        if line.kind == "text" and line.indent <= 3:
            found = labels(" " * line.indent + line.text)
            return [label for label in found if not label.is_bare or key_of(label.name) is not None]
        if line.kind == "item" and line.indent == 0 and (self.is_list or self.previous is None):
            found = [label._replace(column=label.column + line.column - 1) for label in labels(line.text)]
            if found and (self.is_list or key_of(found[0].name) is not None):
                self.is_list = True
                return found
        return []

    def _property(self, line: Line) -> Field | None:
        """Return the field of a property table's row. Source: survey 0, dialect B.

        A row counts when its name is bold, or when the table's head says that it is a table of properties: a
        table "| Type | Description |" of something else must not say what type the phase is.
        """
        cells = table_cells(line.text)
        is_head = not self._in_table(line)
        if is_head:
            self.table_head = cells[0].strip("*` ").casefold() if cells else ""
        key = key_of(cells[0]) if len(cells) == 2 and not is_divider(cells) else None
        is_named = bool(cells) and (cells[0].startswith("**") or (not is_head and self.table_head in _PROPERTY_HEADS))
        if key is None or not is_named or (is_head and self.open.key not in (None, "other")):
            return None
        column = line.column + line.text.find(cells[1], line.text.find("|", 1))
        return Field(key, cells[0].strip("*` "), cells[1], line.number, column, label_column=line.column)

    def _in_table(self, line: Line) -> bool:
        return self.previous is not None and self.previous.kind == "table" and self.previous.number == line.number - 1
