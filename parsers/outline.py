"""A plan's text cut into what the rest looks at: blocks, lines, phase headings, status."""

from collections.abc import Sequence
from typing import NamedTuple

from parsers.blocks import BLOCK_LIMIT, Block, TooManyBlocks, read_blocks
from parsers.fences import mend_fences
from parsers.fields import Line, read_lines
from parsers.foreign.task_lists import recognise
from parsers.notes import Notes
from parsers.sections import PhaseHeading, find_phases
from parsers.source import Source
from parsers.status import Status, read_front_matter, read_status

LINE_LIMIT = 4096
PHASE_LIMIT = 10_000


class Outline(NamedTuple):
    """What was found of structure; nothing of it is judged yet."""

    source: Source
    blocks: list[Block]
    lines: list[Line]
    phases: list[PhaseHeading]
    status: Status | None
    tool: str | None = None
    """The other tool that the plan was written for."""

    def sections(self) -> list[list[Line]]:
        """Return each phase's lines below its heading, in one walk over all lines."""
        sections: list[list[Line]] = [[] for _ in self.phases]
        at = 0
        for line in self.lines:
            while at < len(self.phases) and line.number > self.phases[at].last:
                at += 1
            if at < len(self.phases) and line.number > self.phases[at].line:
                sections[at].append(line)
        return sections


def read_outline(source: Source, notes: Notes) -> Outline:
    """Return the outline of *source*. Fences are mended first: a broken one may hide phases."""
    mended = mend_fences(_cut(source.lines, notes), notes)
    try:
        blocks = read_blocks("\n".join(mended.lines) + "\n")
    except TooManyBlocks:
        notes.add("too-large", f"the plan has more than {BLOCK_LIMIT:,} headings, paragraphs and list items")
        blocks = []
    phases = find_phases(blocks, len(mended.lines))
    lines = read_lines(blocks, mended.lines, 1, len(mended.lines))
    front = read_front_matter(source.front_matter)
    if front.problem:
        notes.add("front-matter", f"the front matter is not the YAML that is read here: {front.problem}", front.line)
    first = phases[0].line if phases else len(mended.lines) + 1
    head = [line for line in lines if line.number < first]
    status = read_status(front, source.front_matter, head)
    foreign = recognise(blocks, lines, phases)
    if foreign is not None:
        phases = list(foreign.phases) or phases
    if len(phases) > PHASE_LIMIT:
        notes.add("too-large", f"the plan has more than {PHASE_LIMIT:,} phases", phases[PHASE_LIMIT].line)
        phases = phases[:PHASE_LIMIT]
    return Outline(source, blocks, lines, phases, status, foreign.tool if foreign else None)


def _cut(lines: Sequence[str], notes: Notes) -> tuple[str, ...]:
    """Return the lines with very long ones cut: patterns over one line must stay cheap."""
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LIMIT:
            message = f"the line has {len(line):,} characters; the first {LINE_LIMIT:,} are read"
            notes.add("long-line", message, number, LINE_LIMIT + 1)
    return tuple(line[:LINE_LIMIT] for line in lines)
