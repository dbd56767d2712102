"""A plan's text cut into what the rest looks at: blocks, lines, phase headings, status."""

from typing import NamedTuple

from parsers.blocks import Block, read_blocks
from parsers.fences import mend_fences
from parsers.fields import Line, read_lines
from parsers.foreign.task_lists import recognise
from parsers.notes import Notes
from parsers.sections import PhaseHeading, find_phases
from parsers.source import Source
from parsers.status import Status, read_front_matter, read_status


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
    mended = mend_fences(source.lines, notes)
    blocks = read_blocks("\n".join(mended.lines) + "\n")
    phases = find_phases(blocks, len(mended.lines))
    lines = read_lines(blocks, mended.lines, 1, len(mended.lines))
    front = read_front_matter(source.front_matter)
    if front.problem:
        notes.add("front-matter", f"the front matter is not the YAML that is read here: {front.problem}")
    first = phases[0].line if phases else len(mended.lines) + 1
    head = [line for line in lines if line.number < first]
    status = read_status(front, source.front_matter, head)
    foreign = recognise(blocks, lines, phases)
    if foreign is None:
        return Outline(source, blocks, lines, phases, status)
    return Outline(source, blocks, lines, list(foreign.phases) or phases, status, foreign.tool)
