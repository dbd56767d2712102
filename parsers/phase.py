"""One phase from its fields."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from parsers.blast_radius import read_blast_radius, refusal
from parsers.crates import read_crates
from parsers.criteria import all_boxes_ticked, read_criteria
from parsers.dependencies import Dependencies, Known, read_dependencies
from parsers.dialects.labels import Key
from parsers.fields import Field, Line, read_fields
from parsers.files import PathMention, delivered_files, field_files
from parsers.foreign.task_lists import as_tasks, task_files
from parsers.inline import code_spans, plain, without_parentheses
from parsers.kind import count_of, kind_of, seconds_of
from parsers.notes import Notes
from parsers.paths import clean_path
from parsers.sections import PhaseHeading
from parsers.status import heading_state
from phasewright.plan import BlastRadius, FileChanges, Phase, PhaseState

_BRACES = re.compile(r"^([^{}]*)\{([^{}]*)\}([^{}]*)$")
_TEST_NAME = re.compile(r"`[^`]*`|\b\w*(?:::\w+)+|\b\w*_\w+\b")
_LEFT_ALONE = re.compile(
    r"^\s*(none|nothing|no)\b|\b(stays?|remains?|unchanged|untouched|not|never|new tests?|kept|keeps?)\b", re.IGNORECASE
)
"""What an entry of "Tests to change" says, beside its names, of tests that are to stay as they are."""


class Draft(NamedTuple):
    """A phase as far as its own lines tell, and what the plan as a whole must still decide."""

    phase: Phase
    heading: PhaseHeading
    dependencies: Field | None
    named: Dependencies
    is_ticked: bool
    hint: Field | None
    """The per-phase "Parallel" hint."""


def read_phase(
    heading: PhaseHeading,
    lines: list[Line],
    known: Known,
    repository: Path | None,
    notes: Notes,
    *,
    tool: str | None = None,
) -> Draft:
    """Return the phase of *heading*; what its author should know goes to *notes*. *tool*: whose plan it is."""
    fields = read_fields(heading, lines)
    if tool is not None:
        fields = as_tasks(fields)
    first = _first_of_each(fields)
    goal = _text(first.get("goal"))
    status = first.get("status")
    state = heading_state(heading.name, status.value if status else "complete" if heading.remark == "[x]" else None)
    criteria = read_criteria(fields)
    ticked = all_boxes_ticked(fields)
    deliverables = _deliverables(fields)
    written, cleaned = _files(fields, repository, notes, tool)
    depends = first.get("depends")
    named = read_dependencies(_value(depends), heading.id, known) if depends else Dependencies()
    phase = Phase(
        id=heading.id,
        name=heading.name,
        line=heading.line,
        last_line=heading.last,
        remark=heading.remark,
        kind=kind_of(heading.name, goal, _value(first.get("kind")) or None, written, deliverables),
        state=PhaseState.COMPLETE if state == PhaseState.PENDING and ticked else state,
        owner=_owner(first.get("owner")),
        depends_on=named.ids,
        timeout_seconds=_seconds(first.get("timeout"), notes),
        retries=_count(first.get("retries"), notes),
        repair_rounds=_count(first.get("repair"), notes),
        blast_radius=_blast_radius(first.get("blast"), notes),
        files=cleaned,
        files_as_written=written,
        crate_dependencies=read_crates(fields, lines),
        deliverables=deliverables,
        acceptance_criteria=criteria,
        goal=goal,
        tests_to_change=_tests(first.get("tests")),
        lines={key: field.line for key, field in first.items()},
    )
    return Draft(phase, heading, depends, named, state == PhaseState.PENDING and ticked, first.get("parallel"))


def _first_of_each(fields: list[Field]) -> dict[Key, Field]:
    first: dict[Key, Field] = {}
    for field in fields:
        if field.key and field.key not in first and (field.value or field.body):
            first[field.key] = field
    return first


def _value(field: Field | None) -> str:
    """Return the value beside a label, or the lines below it."""
    if field is None:
        return ""
    return field.value or ", ".join(line.text for line in field.body if line.kind in ("item", "text"))


def _text(field: Field | None) -> str | None:
    if field is None:
        return None
    below = [line.text for line in field.body if line.kind == "text"]
    return " ".join([field.value, *below]).strip() or None


def _owner(field: Field | None) -> str | None:
    """Return the owner without backticks; None for "None (orchestrator)" and the like."""
    owner = plain(_value(field).split("\n")[0]).strip()
    bare = without_parentheses(owner).strip().casefold()
    return None if bare in ("", "none", "n/a", "na", "-", "–", "—", "tbd", "unassigned", "?") else owner


def _seconds(field: Field | None, notes: Notes) -> float | None:
    if field is None:
        return None
    seconds = seconds_of(field.value)
    if seconds is None:
        _unreadable(field, 'write a duration such as "25 seconds" or "10 minutes"', notes)
    return seconds


def _count(field: Field | None, notes: Notes) -> int | None:
    if field is None:
        return None
    count = count_of(field.value)
    if count is None:
        _unreadable(field, "write a number from 0 to 10", notes)
    return count


def _unreadable(field: Field, hint: str, notes: Notes) -> None:
    message = f"{field.label} {field.value!r} cannot be read; the run's own default counts"
    notes.add("unreadable-value", message, field.line, field.column, hint=hint)


def _blast_radius(field: Field | None, notes: Notes) -> BlastRadius:
    if field is None:
        return BlastRadius()
    radius = read_blast_radius(field)
    for command in radius.refused:
        column = field.column + max(0, field.value.find(command))
        message = f"the blast radius {command!r} selects nothing: {refusal(command)}"
        hint = "name tests, as in `cargo test -p PACKAGE PATTERN`"
        notes.add("refused-blast-radius", message, field.line, column, end_column=column + len(command), hint=hint)
    return radius


def _deliverables(fields: list[Field]) -> tuple[str, ...]:
    found: list[str] = []
    for field in fields:
        if field.key == "deliverables":
            found.extend([field.value] if field.value else [])
            found.extend(_said(item) for item in field.items() if item.indent == 0)
    if not found and not any(field.key == "criteria" for field in fields):
        loose = [item for field in fields if field.key in (None, "goal") for item in field.items()]
        found = [box[1] for item in loose if item.indent == 0 and (box := item.box())]
    return tuple(text for text in found if text)


def _said(item: Line) -> str:
    box = item.box()
    return box[1] if box else item.text


def _tests(field: Field | None) -> tuple[str, ...]:
    if field is None:
        return ()
    texts = [field.value, *(line.text for line in field.body if line.kind in ("item", "text"))]
    parts = [part.strip() for text in texts for part in text.split(";")]
    meant = [part for part in parts if not _LEFT_ALONE.search(_TEST_NAME.sub("", part))]
    spans = [span.text for part in meant for span in code_spans(part)]
    return tuple(dict.fromkeys(spans or [part for part in meant if part]))


def _files(
    fields: list[Field], repository: Path | None, notes: Notes, tool: str | None
) -> tuple[FileChanges, FileChanges]:
    """Return the phase's files as written and cleaned."""
    mentions = field_files(fields)
    inferred = not mentions and not any(
        field.key in ("create", "modify", "either", "delete", "move") for field in fields
    )
    if inferred:
        mentions = task_files(fields) if tool == "spec-kit" else delivered_files(fields)
    clean: list[PathMention] = []
    for mention in _expanded(mentions):
        path = _cleaned(mention.path, mention, repository, notes)
        to = _cleaned(mention.to, mention, repository, notes) if mention.to else None
        if path and (to or not mention.to):
            clean.append(mention._replace(path=path, to=to))
    is_inferred = inferred and bool(mentions)
    return _changes(mentions, is_inferred), _changes(clean, is_inferred)


def _expanded(mentions: list[PathMention]) -> Iterator[PathMention]:
    """Write `src/{a,b}.rs` out: one path for each of the braces' parts."""
    for mention in mentions:
        braces = _BRACES.match(mention.path)
        if braces is None:
            yield mention
        else:
            for part in braces[2].split(","):
                yield mention._replace(path=f"{braces[1]}{part.strip()}{braces[3]}")


def _cleaned(path: str, mention: PathMention, repository: Path | None, notes: Notes) -> str | None:
    clean = clean_path(path, repository)
    end = mention.column + len(path)
    if clean.problem and clean.is_error:
        message = f"the path {path!r} {clean.problem}"
        hint = "write it from the repository's root"
        notes.add("unsafe-path", message, mention.line, mention.column, end_column=end, hint=hint)
        return None
    if clean.path is None:
        message = f"the path {path!r} {clean.problem}; it is not looked for"
        notes.add("odd-path", message, mention.line, mention.column, end_column=end)
        return None
    if "*" in path:
        message = f"{path!r} is a pattern: something that it matches must change"
        notes.add("path-pattern", message, mention.line, mention.column, end_column=end)
    if clean.problem:
        notes.add("absolute-path", clean.problem, mention.line, mention.column, end_column=end)
    return clean.path


def _changes(mentions: list[PathMention], is_inferred: bool) -> FileChanges:
    def paths(action: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.path for m in mentions if m.action == action and m.to is None))

    moves = tuple((m.path, m.to) for m in mentions if m.action == "move" and m.to is not None)
    return FileChanges(
        create=paths("create"), modify=paths("modify"), delete=paths("delete"), move=moves, is_inferred=is_inferred
    )
