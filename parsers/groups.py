"""Parallelization sections: groups, and the order that they give where no phase has a dependency field."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parsers.dependencies import Dependencies, Known, find_ids, named_phases, read_dependencies
from parsers.fields import Line
from parsers.inline import is_divider, labels, plain, table_cells, without_parentheses
from parsers.sections import PhaseHeading

_SECTION = re.compile(
    r"\bparallel|\b(?:execution|implementation|phase execution)\s+(?:order|strategy|groups?|plan)\b|\bwaves?\b", re.I
)
_GROUP_LINE = re.compile(
    r"^[-*\s>]*(?:\*\*)?((?:parallel\s+)?(?:group|wave|batch|stage|track)\s+\w{1,12}|sequential|final|pre-?work|then|first)\b"
    r"(?:\s*\([^)]*\))?\s*:(?:\*\*)?\s*(.*)$",
    re.I,
)
_TOGETHER = re.compile(r"\b(?:in parallel|concurrently|simultaneously|at the same time)\b", re.I)
_ARROW = re.compile(r"\s*(?:→|->|=>|⟶)\s*")
_BLOCKS = re.compile(r"[█▓▒░└─├│┌┐┘┤▶►═]+")
_AFTER = re.compile(r"\b(?:depends on|after|requires|needs|blocked by|following|once)\b(.*)", re.I)
_NO_DEPENDENCIES = re.compile(r"\b(?:no dependenc|independent|foundation|can start immediately|no prerequisites)", re.I)


class Group(NamedTuple):
    """Phases that the plan puts side by side."""

    ids: tuple[str, ...]
    unknown: tuple[str, ...]
    line: int


def order_lines(lines: Sequence[Line], phases: Sequence[PhaseHeading]) -> list[Line]:
    """Return the lines of the sections about order and parallel work, outside the phases."""
    inside = [(phase.line, phase.last) for phase in phases]
    found: list[Line] = []
    level = 0
    at = 0
    for line in lines:
        while at < len(inside) and line.number > inside[at][1]:
            at += 1
        if at < len(inside) and inside[at][0] <= line.number:
            level = 0
        elif line.kind == "heading":
            if level and line.indent > level:
                continue
            level = line.indent if _SECTION.search(line.text) else 0
        elif level:
            found.append(line)
    return found


def read_groups(lines: Sequence[Line], known: Known) -> list[Group]:
    """Return the groups as the plan writes them: from its table, else labelled lines, else sentences (survey 5)."""
    for reader in (_from_tables, _from_labels, _from_sentences):
        groups = [group for group in reader(lines, known) if group.ids or group.unknown]
        if groups:
            return groups
    return []


def _from_tables(lines: Sequence[Line], known: Known) -> Iterator[Group]:
    column: int | None = None
    previous = -2
    for line in lines:
        if line.kind != "table":
            continue
        cells = table_cells(line.text)
        if line.number != previous + 1:
            names = [plain(cell).casefold() for cell in cells]
            column = next((i for i, name in enumerate(names) if name in ("phases", "phase(s)", "phase")), None)
            if column is not None and not any(
                "group" in n or "wave" in n or "batch" in n or "stage" in n for n in names
            ):
                column = None
        elif column is not None and column < len(cells) and not is_divider(cells):
            yield from _cell(cells[column], line.number, known)
        previous = line.number


def _cell(text: str, line: int, known: Known) -> Iterator[Group]:
    parts = _ARROW.split(text)
    for part in parts if len(parts) > 1 else [text]:
        found = find_ids(part, known)
        yield Group(found.ids, found.unknown, line)


def _from_labels(lines: Sequence[Line], known: Known) -> Iterator[Group]:
    """`Parallel Group A: Phases 1, 2, 5 (why)`, `**Wave 1:** Phases 1, 2`, a bold label with a list below it."""
    listing: list[Dependencies] = []
    start = 0
    for line in lines:
        match = _GROUP_LINE.match(line.text) if line.kind in ("code", "text", "item") else None
        if match is None:
            if listing is not None and start and line.kind == "item":
                listing.append(_group_text(line.text, known))
            continue
        if listing:
            yield _merged(listing, start)
        listing, start = [], line.number
        found = _group_text(match[2], known)
        if found.ids or found.unknown:
            yield Group(found.ids, found.unknown, line.number)
            start = 0
    if listing:
        yield _merged(listing, start)


def _group_text(text: str, known: Known) -> Dependencies:
    """Read "Phases 1, 2, 5 (formatting, GPU)" and a timeline's "████ (Phase 1 + Phase 3 in parallel)"."""
    text = _BLOCKS.sub(" ", text)
    outside = without_parentheses(text)
    text = outside if re.search(r"\d", outside) else text.replace("(", " ").replace(")", " ")
    cut = re.split(r"\bafter\b|\bdepends on\b|\bneeds\b", text, maxsplit=1)[0]
    return named_phases(cut, known)


def _merged(found: Sequence[Dependencies], line: int) -> Group:
    ids = dict.fromkeys(phase for one in found for phase in one.ids)
    unknown = dict.fromkeys(phase for one in found for phase in one.unknown)
    return Group(tuple(ids), tuple(unknown), line)


def _from_sentences(lines: Sequence[Line], known: Known) -> Iterator[Group]:
    """ "Phases 1 and 2 can run in parallel."; an ordered list of phases gives the others one by one."""
    together: list[Group] = []
    for line in lines:
        if line.kind in ("text", "item") and _TOGETHER.search(line.text) and not labels(line.text):
            text = re.split(r"\bafter\b", without_parentheses(line.text), maxsplit=1)[0]
            found = named_phases(text, known)
            if len(found.ids) > 1:
                together.append(Group(found.ids, found.unknown, line.number))
    if not together:
        return
    placed: set[str] = set()
    for phase in known.ids:
        group = next((group for group in together if phase in group.ids), None)
        if phase in placed:
            continue
        yield group or Group((phase,), (), together[0].line)
        placed.update(group.ids if group else (phase,))


def dependencies_from_order(lines: Sequence[Line], known: Known) -> dict[str, tuple[str, ...]]:
    """Return what an ordered list of phases says of their dependencies; {} where there is no such list.

    "3. Phase 3: … (depends on 1 & 2)"; an item without a remark follows the item before it.
    """
    items = [(line, read) for line in lines if line.kind == "item" and (read := _ordered_item(line, known))]
    result: dict[str, tuple[str, ...]] = {}
    before: str | None = None
    for line, phase in items:
        rest = line.text
        after = _AFTER.search(rest)
        named = _remark_ids(after[1], phase, known) if after else ()
        if named:
            result[phase] = named
        elif _NO_DEPENDENCIES.search(rest) or before is None:
            result[phase] = ()
        else:
            result[phase] = (before,)
        before = phase
    return result if len(result) > 1 else {}


def _ordered_item(line: Line, known: Known) -> str | None:
    """Return the phase that an item of an ordered list begins with."""
    match = re.match(r"^(?:\*\*)?Phase\s+([0-9.]+[A-Za-z]?)\b", line.text, re.I)
    place = known.place(match[1].rstrip(".")) if match and line.info[:1].isdigit() else None
    return known.ids[place] if place is not None else None


def _remark_ids(text: str, phase: str, known: Known) -> tuple[str, ...]:
    found = read_dependencies(text.strip(" ()."), phase, known)
    return tuple(other for other in found.ids if other != phase)


def dependencies_from_groups(groups: Sequence[Group], known: Known) -> dict[str, tuple[str, ...]]:
    """Return each phase's dependencies when groups run one after another; {} where they do not hold every phase."""
    result: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    for group in groups:
        for phase in group.ids:
            result.setdefault(phase, before)
        before = group.ids or before
    return result if len(result) == len(known.ids) and len(groups) > 1 else {}
