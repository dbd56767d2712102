"""Which headings are phases, and which lines belong to each."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from parsers.blocks import Block
from parsers.source import Source

_ID = r"[0-9]{1,6}(?:\.[0-9]{1,6})?[A-Za-z]?"
_WORDS = ("Phase", "Stage", "Task")
_WRITTEN = re.compile(r"^(?:Execution Checkpoints|Implementation Summary)\b", re.I)
_TRAILING_MARK = re.compile(r"^(.*?)(?:\s*\[checkpoint: [0-9a-f]+\])?$")


class PhaseHeading(NamedTuple):
    """A heading that defines a phase, and the lines that are its own."""

    id: str
    name: str
    line: int
    level: int
    last: int
    """Its last line, this side of the next heading that is no part of it."""
    remark: str = ""
    """What stands in parentheses between id and colon: "(Optional)"."""


def heading_pattern(word: str) -> re.Pattern[str]:
    """Return the pattern of a phase heading's text. The colon is what tells a phase from a mention (survey 2)."""
    return re.compile(rf"^{word}\s+({_ID})\s*(\([^)]*\))?\s*[:：]\s*(\S.*)$", re.I)


def loose_pattern(word: str = "Phase") -> re.Pattern[str]:
    """Return the pattern of a heading that might have been meant as a phase: a number, but no colon."""
    return re.compile(rf"^(?:\*\*)?{word}\s+({_ID})\b(?!\s*[:：]\s*\S)", re.I)


def find_phases(blocks: Sequence[Block], last_line: int) -> list[PhaseHeading]:
    """Return the phases of a plan, by "Phase" headings, else by "Stage" or "Task" headings.

    Source: plan survey 2 (678 of 679 phases, no false one), other formats, "what this means", 1.
    """
    headings = [block for block in blocks if block.kind == "heading"]
    for word in _WORDS:
        found = _with_word(headings, word, last_line)
        if found:
            return found
    return []


def _with_word(headings: Sequence[Block], word: str, last_line: int) -> list[PhaseHeading]:
    pattern = heading_pattern(word)
    ends = _section_ends(headings, last_line)
    found = []
    for heading, last in zip(headings, ends, strict=True):
        match = pattern.match(_unwrapped(heading.text))
        if match is None:
            continue
        name = _TRAILING_MARK.sub(r"\1", match[3]).strip()
        found.append(PhaseHeading(match[1], name, heading.first, heading.level, last, match[2] or ""))
    if not found:
        return []
    # What phasewright writes into a plan is no part of a phase, however deep the phases' own headings are.
    written = next((h.first - 1 for h in headings if h.first > found[-1].line and _WRITTEN.match(h.text)), last_line)
    nexts = [*(phase.line - 1 for phase in found[1:]), written]
    return [phase._replace(last=min(phase.last, end)) for phase, end in zip(found, nexts, strict=True)]


def _unwrapped(text: str) -> str:
    """Return a heading's text without the bold marks around the whole of it."""
    return text[2:-2] if text.startswith("**") and text.endswith("**") and text.count("**") == 2 else text


def _section_ends(headings: Sequence[Block], last_line: int) -> list[int]:
    """Return for each heading the last line before the next heading of its level or above."""
    ends = [last_line] * len(headings)
    open_sections: list[int] = []
    for i, heading in enumerate(headings):
        while open_sections and headings[open_sections[-1]].level >= heading.level:
            ends[open_sections.pop()] = heading.first - 1
        open_sections.append(i)
    return ends


def section_text(source: Source, phase: PhaseHeading) -> str:
    """Return the phase's markdown, verbatim, heading included, without the blank lines at its end."""
    return source.verbatim(phase.line, phase.last).rstrip() + "\n"
