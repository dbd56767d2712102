"""The files that a phase promises: from file fields, else from what its deliverables say."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from parsers.fields import Field, Line
from parsers.inline import CodeSpan, code_spans, plain, table_cells, without_spans
from parsers.paths import has_extension, is_path_like, without_lines

Action = Literal["create", "modify", "delete", "move"]

_FIELD_ACTIONS: dict[str, Action] = {
    "create": "create",
    "modify": "modify",
    "either": "modify",
    "files": "modify",
    "delete": "delete",
    "move": "move",
}
_VERBS: dict[str, Action] = {
    "create": "create", "created": "create", "add": "create", "new": "create",
    "edit": "modify", "modify": "modify", "modified": "modify", "update": "modify", "updated": "modify",
    "change": "modify", "test": "modify", "delete": "delete", "deleted": "delete", "remove": "delete",
    "move": "move", "rename": "move",
}  # fmt: skip
_VERB = re.compile(r"^(?:\*\*)?(" + "|".join(_VERBS) + r")(?:\*\*)?\s*:(?:\*\*)?\s*", re.I)
_SAID = re.compile(r"^(create|delete|remove)\s+`", re.I)
_NEW = re.compile(
    r"\(\s*[*_]{0,2}new[*_]{0,2}\s*(?:file|module|crate|directory|folder)?\s*[-–—:,;)]|[-–—:]\s*new file\b", re.I
)
_NONE = re.compile(r"^(?:no(?:ne| new files?| files?)\b|n/a\b)", re.I)
_DESCRIPTION = re.compile(r"\s+[-–—]+\s+|\s*:\s+|:$|\s+→\s+(?=[^`])")
_ALSO = re.compile(r"^\**\s*(?:,|;|/|&|\+|and\b|,\s*and\b)\s*\**$", re.I)
_PARENTHESES = re.compile(r"\([^()]*\)")
_ARROW = re.compile(r"`\s*(?:→|->|=>|(?:[-–—:]+\s*(?:mov|renam)\w*\s+)?(?:in)?to\b)\s*`$", re.I)
_INTO = re.compile(r"\b(?:in|under|to)\s+`$")
_DELIVERED = re.compile(
    r"^(?:\*\*[A-Z ]+\*\*:?\s*)?(create[ds]?|new|add(?:ed|s)?|file|updated?|modif(?:y|ied)|extend(?:ed)?|edit(?:ed)?"
    r"|delete[ds]?|removed?)\b",
    re.I,
)


class PathMention(NamedTuple):
    """A path in the plan, with its place; of a move, `to` is the second one."""

    action: Action
    path: str
    line: int
    column: int
    to: str | None = None


def field_files(fields: Sequence[Field]) -> list[PathMention]:
    """Return the paths of a phase's file fields, each once. A file both created and modified is created."""
    found: list[PathMention] = []
    for field in fields:
        if field.key in _FIELD_ACTIONS:
            found.extend(_of_field(field, _FIELD_ACTIONS[field.key]))
    return _once(found)


def delivered_files(fields: Sequence[Field]) -> list[PathMention]:
    """Return the paths that deliverables name at their beginning. They are a reading, so the gate asks less of them."""
    found: list[PathMention] = []
    for field in fields:
        if field.key == "deliverables":
            for item in field.items():
                if item.indent == 0:
                    found.extend(_of_deliverable(item))
    return _once(found)


def _once(found: Iterable[PathMention]) -> list[PathMention]:
    kept: dict[str, PathMention] = {}
    for mention in found:
        known = kept.get(mention.path)
        if known is None or (known.action == "modify" and mention.action == "create"):
            kept[mention.path] = mention
    return list(kept.values())


def _of_field(field: Field, action: Action) -> Iterator[PathMention]:
    if field.value:
        yield from _of_text(field.value, field.line, field.column, action)
    folder = False
    for line in field.body:
        if line.kind == "item" and (line.indent == 0 or (folder and line.text.startswith("`"))):
            mentions = list(_of_text(line.text, line.number, line.column, action))
            folder = any(mention.path.endswith("/") for mention in mentions) or (folder and line.indent > 0)
            yield from mentions
        elif line.kind == "table":
            yield from _of_row(line, action)
        elif line.kind == "text" and line.text.startswith("`"):
            yield from _of_text(line.text, line.number, line.column, action)


def _of_row(line: Line, action: Action) -> Iterator[PathMention]:
    """Read a table's row: the first cell with a path, and a cell that says what is done with it."""
    cells = table_cells(line.text)
    said = next((plain(cell).casefold() for cell in cells if plain(cell).casefold() in _VERBS), None)
    for cell in cells:
        found = list(_of_text(cell, line.number, line.column + line.text.find(cell), action))
        if found:
            yield from (mention._replace(action=_VERBS[said]) if said else mention for mention in found)
            return


def _of_text(text: str, line: int, column: int, action: Action) -> Iterator[PathMention]:
    """Read one item: "`a.rs` - why", "Create: `a`, `b`", "Move: `a` → `b`", "None (editing `a`)"."""
    verb = _VERB.match(text)
    said = verb or (_SAID.match(text) if action == "modify" else None)
    if said:
        action = _VERBS[said[1].casefold()]
    if _NONE.match(text):
        return (yield from _editing(text, line, column))
    spans = code_spans(text)
    if len(spans) > 1 and _ARROW.match(text[spans[0].end : spans[1].start]):
        pair = [without_lines(span.text) for span in spans[:2] if is_path_like(span.text)]
        if len(pair) == 2:
            yield PathMention("move", pair[0], line, column + spans[0].start, pair[1])
            return
    start = verb.end() if verb else 0
    if action == "modify" and _NEW.search(text):
        action = "create"
    bare = "" if spans else plain(text[start:]).split(" ", 1)[0].rstrip(",;:")
    if bare and is_path_like(bare):
        yield PathMention(action, without_lines(bare), line, column + start)
    for span in _head(text, spans, start):
        yield PathMention(action, without_lines(span.text), line, column + span.start)


def _head(text: str, spans: Sequence[CodeSpan], start: int) -> list[CodeSpan]:
    """Return the paths before an item's description: the first, and those that a comma or an "and" joins to it."""
    outside = _PARENTHESES.sub(lambda m: " " * len(m[0]), without_spans(text))
    first = spans[0].start if spans else 0
    end = next((m.start() for m in _DESCRIPTION.finditer(outside, start) if m.start() > first), len(text))
    paths = [s for s in spans if s.start < end and outside[s.start] == "." and is_path_like(s.text)]
    joined = _joined(paths, text)
    if len(joined) < len(paths):
        return joined
    for i, (one, following) in enumerate(pairwise(paths), 1):
        if not _ALSO.match(outside[one.end : following.start].strip("` .")):
            return paths[:i]
    return paths


def _joined(spans: list[CodeSpan], text: str) -> list[CodeSpan]:
    """Join "New `x.rs` module in `dir/`" to one path."""
    if len(spans) == 2 and "/" not in spans[0].text and spans[1].text.endswith("/"):
        between = text[spans[0].end : spans[1].start]
        return [spans[0]._replace(text=spans[1].text + spans[0].text)] if _INTO.search(between) else spans
    return spans


def _editing(text: str, line: int, column: int) -> Iterator[PathMention]:
    """ "No new files (editing `x`)" inside a create list: the path is a modify (survey 8)."""
    if re.search(r"\b(?:edit|modif|updat|extend)", text, re.I):
        for span in code_spans(text):
            if is_path_like(span.text):
                yield PathMention("modify", without_lines(span.text), line, column + span.start)


def _of_deliverable(item: Line) -> Iterator[PathMention]:
    box = item.box()
    text = box[1] if box else item.text
    spans = code_spans(text)
    paths = [span for span in _joined([s for s in spans if is_path_like(s.text)], text) if _is_certain(span.text)]
    verb = _DELIVERED.match(text)
    if not paths or paths[0].start > 60:
        return
    if verb is None and not text.startswith("`" + spans[0].text):
        return
    if verb is None and paths[0].start != spans[0].start:
        return
    word = verb[1].casefold() if verb else "file"
    action: Action = "create" if word.startswith(("creat", "new", "file")) else "modify"
    if word.startswith(("delet", "remov")):
        action = "delete"
    elif word.startswith("add"):
        return
    yield PathMention(action, without_lines(paths[0].text), item.number, item.column + item.text.find(paths[0].text))


def _is_certain(path: str) -> bool:
    """True for a path that can be no crate, no feature and no route: folders and an extension, no pattern."""
    return "/" in path and has_extension(path.rsplit("/", 1)[-1]) and not set(path) & set("*{}[]<>$~")
