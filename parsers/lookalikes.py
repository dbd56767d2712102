"""Lines that look like a phase and are none: in a code fence, or without the colon."""

import re

from parsers.dependencies import Known
from parsers.notes import Notes
from parsers.outline import Outline
from parsers.sections import heading_pattern, loose_pattern

_ATX = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$")
_MARKDOWN = re.compile(r"(?:(?:markdown|md|mdx|text|txt)\b.*)?", re.I)
"""Info strings of fences where `#` begins a heading; elsewhere it begins a comment."""
_PHASE = heading_pattern("Phase")
_LOOSE = loose_pattern()
_LOOSE_REST = re.compile(r"^(?:[-–—.]\s*|\s*\(|$)")


def note_lookalikes(outline: Outline, known: Known, notes: Notes) -> None:
    """Note headings that the author may have meant as phases. One whose phase exists is a mention, and is silent."""
    levels = {phase.level for phase in outline.phases}
    beside = {block.first for block in outline.blocks if block.kind == "heading" and block.level in levels}
    for line in outline.lines:
        if line.kind == "code" and _MARKDOWN.fullmatch(line.info):
            heading = _ATX.match(line.text)
            match = _PHASE.match(heading[1]) if heading else None
            if match and known.place(match[1]) is None:
                message = f"this line looks like phase {match[1]} but stands in a code fence: it is no phase"
                notes.add("phase-like-heading", message, line.number, hint="close the fence above it, if it is one")
        elif line.kind == "heading":
            match = _LOOSE.match(line.text)
            rest = line.text[match.end() :].strip() if match else ""
            # Among the phases' own headings even a bare name behind the number is one more phase, lost.
            meant = _LOOSE_REST.match(rest) or line.number in beside
            if match and known.place(match[1]) is None and meant:
                message = f"this heading looks like phase {match[1]} but has no colon: it is no phase"
                notes.add("phase-like-heading", message, line.number, hint=f"write 'Phase {match[1]}: NAME'")
