"""Safe corrections of a plan's text: a missing colon, a status line, an explicit `None`, nested fences made longer.

None of them changes what the plan means to say; every other byte stays.
"""

import difflib
import re
from pathlib import Path
from typing import NamedTuple

from parsers.dependencies import Known
from parsers.fences import mend_fences
from parsers.notes import Notes
from parsers.outline import Outline, read_outline
from parsers.phase import read_phase
from parsers.sections import loose_pattern
from parsers.source import read_source
from phasewright.plan import PhaseState

DRAFT = "**Status:** Draft - Awaiting Review"
_LOOSE = loose_pattern()


class Edit(NamedTuple):
    """Lines put in the place of line *line*; *keeps* it and puts them behind where True."""

    line: int
    texts: tuple[str, ...]
    keeps: bool


def fixed(raw: bytes) -> bytes:
    """Return the plan file with the safe corrections made; the same bytes where there are none.

    What would still be corrected afterwards was not understood, so such a file stays as it is.
    """
    edits = _edits(raw)
    after = _applied(raw, edits) if edits else raw
    return raw if edits and _edits(after) else after


def _edits(raw: bytes) -> list[Edit]:
    notes = Notes()
    source = read_source(raw, notes)
    if source is None:
        return []
    outline = read_outline(source, notes)
    return [*_fences(outline), *_colons(outline), *_dependencies(outline), *_status(outline)]


def diff(before: bytes, after: bytes, path: Path) -> str:
    """Return a unified diff, empty where nothing changed."""
    old, new = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (before, after))
    return "".join(difflib.unified_diff(old, new, f"{path} (before)", f"{path} (after)"))


def _fences(outline: Outline) -> list[Edit]:
    mended = mend_fences(outline.source.lines, Notes())
    return [Edit(line, (mended.lines[line - 1],), False) for ends in mended.nested for line in ends]


def _colons(outline: Outline) -> list[Edit]:
    """`### Phase 3 - Report` becomes `### Phase 3: Report`, where there is no phase 3."""
    known = {phase.id.casefold() for phase in outline.phases}
    edits = []
    for line in outline.lines:
        match = _LOOSE.match(line.text) if line.kind == "heading" else None
        if match is None or match[1].casefold() in known:
            continue
        original = outline.source.lines[line.number - 1]
        at = original.find(match[0]) + len(match[0])
        rest = original[at:]
        separator = re.match(r"^\s*(\([^)]*\))?\s*[-–—]\s*(?=\S)", rest)
        if separator:
            mark = f" {separator[1]}" if separator[1] else ""
            edits.append(Edit(line.number, (f"{original[:at]}{mark}: {rest[separator.end() :]}",), False))
            known.add(match[1].casefold())
    return edits


def _dependencies(outline: Outline) -> list[Edit]:
    """Write "None" where a phase leaves the field out and others have it: that is how it is read."""
    known = Known([phase.id for phase in outline.phases])
    sections = outline.sections()
    drafts = [read_phase(h, lines, known, None, Notes()) for h, lines in zip(outline.phases, sections, strict=True)]
    if outline.tool is not None or not any(draft.dependencies for draft in drafts):
        return []
    edits = []
    for draft in drafts:
        if draft.dependencies is None and draft.phase.state == PhaseState.PENDING:
            owner = draft.phase.lines.get("owner")
            written = outline.source.lines[owner - 1].lstrip() if owner else ""
            if owner and written.startswith("|"):
                edits.append(Edit(owner, ("| **Dependencies** | None |",), True))
            elif owner and " | " in written:
                edits.append(Edit(owner, ("**Deps:** None",), True))
            else:
                at = owner or _heading_end(outline, draft.phase.line)
                edits.append(_paragraph(outline, at, "**Dependencies:** None"))
    return edits


def _status(outline: Outline) -> list[Edit]:
    """Write the template's first status below the title where the plan has none at all."""
    if outline.status is not None or not outline.phases:
        return []
    title = next((b for b in outline.blocks if b.kind == "heading" and b.level == 1), None)
    if title is None or title.first >= outline.phases[0].line:
        return []
    return [_paragraph(outline, _heading_end(outline, title.first), DRAFT)]


def _paragraph(outline: Outline, line: int, text: str) -> Edit:
    """Put *text* behind *line*, with a blank line on both sides: `---` right below would make it a heading."""
    below = "".join(outline.source.lines[line : line + 1])
    return Edit(line, ("", text, "") if below.strip() else ("", text), True)


def _heading_end(outline: Outline, line: int) -> int:
    """Return the last line of the heading on *line*: an underlined one has two."""
    following = outline.source.lines[line : line + 1]
    is_underlined = not outline.source.lines[line - 1].lstrip().startswith("#")
    return line + 1 if is_underlined and following and re.match(r"^ {0,3}(?:=+|-+)[ \t]*$", following[0]) else line


def _applied(raw: bytes, edits: list[Edit]) -> bytes:
    """Return *raw* with the edits made; every line keeps its own end, and new ones end as the line beside them."""
    lines = [*raw.splitlines(keepends=True), b""]  # behind the last line end stands one more, empty line
    for edit in sorted(edits, key=lambda edit: -edit.line):
        old = lines[edit.line - 1]
        end = old[len(old.rstrip(b"\r\n")) :]
        kept = [old if end else old + b"\n"] if edit.keeps else []
        texts = [text.encode() + (end or b"\n") for text in edit.texts]
        if not end:
            texts[-1] = texts[-1].removesuffix(b"\n")
        bom = b"\xef\xbb\xbf" if edit.line == 1 and not edit.keeps and raw.startswith(b"\xef\xbb\xbf") else b""
        texts[0] = bom + texts[0]
        lines[edit.line - 1 : edit.line] = [*kept, *texts]
    return b"".join(lines)
