"""Read a plan file into a `Plan`: the one way in. START HERE.

Text → lines without front matter → mistune's blocks with lines → phase headings → fields → phases → the checks that
need the whole plan. Nothing raises for what a file holds: it all becomes diagnostics.
"""

from pathlib import Path

from parsers.dependencies import Known
from parsers.foreign.refusals import refuse_whole
from parsers.groups import order_lines, read_groups
from parsers.notes import Notes
from parsers.order import EDGE_LIMIT, with_order
from parsers.outline import Outline, read_outline
from parsers.phase import Draft, read_phase
from parsers.plan_checks import check_plan
from parsers.sections import section_text
from parsers.source import SIZE_LIMIT_BYTES, read_source
from parsers.status import read_title, slug_of
from phasewright.errors import UsageError
from phasewright.plan import PhaseState, Plan


def read_plan(path: Path, *, repository: Path | None = None) -> Plan:
    """Return the plan in the file at *path*.

    Raises:
        UsageError: when there is no such file or it cannot be read.
    """
    return parse_plan(read_bytes(path), path=path, repository=repository)


def read_bytes(path: Path) -> bytes:
    """Return a plan file's bytes, no more than the reader could ever look at.

    Raises:
        UsageError: when there is no such file or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT_BYTES + 1)
    except IsADirectoryError:
        raise UsageError(f"{str(path)!r} is a folder; name a plan file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such file"
        raise UsageError(f"cannot read the plan {str(path)!r}: {reason}") from None


def parse_plan(text: str | bytes, *, path: Path, repository: Path | None = None) -> Plan:
    """Return the plan that *text* holds. *path* names it; *repository* is looked at for agents and paths."""
    notes = Notes()
    source = read_source(text, notes)
    slug = slug_of(path)
    if source is None or refuse_whole(source, path, notes):
        lines = source.original if source else ()
        return Plan(title=slug, slug=slug, diagnostics=notes.sorted(lines))
    outline = read_outline(source, notes)
    if not outline.blocks and notes.has_errors():
        return Plan(title=slug, slug=slug, diagnostics=notes.sorted(source.original))
    known = Known([heading.id for heading in outline.phases])
    drafts = _drafts(outline, known, repository, notes)
    ordering = order_lines(outline.lines, outline.phases)
    groups = read_groups(ordering, known)
    drafts = with_order(drafts, outline.lines, ordering, groups, known, notes)
    check_plan(outline, drafts, groups, known, repository, notes)
    return _plan(outline, drafts, tuple(group.ids for group in groups if group.ids), slug, notes)


def _drafts(outline: Outline, known: Known, repository: Path | None, notes: Notes) -> list[Draft]:
    """Read the phases one by one; a plan with more dependencies than anybody can mean is refused on the way."""
    drafts: list[Draft] = []
    edges = 0
    for heading, lines in zip(outline.phases, outline.sections(), strict=True):
        drafts.append(read_phase(heading, lines, known, repository, notes, tool=outline.tool))
        edges += len(drafts[-1].named.ids)
        if edges > EDGE_LIMIT:
            notes.add("too-large", f"the plan has more than {EDGE_LIMIT:,} dependencies", heading.line)
            break
    return drafts


def _plan(outline: Outline, drafts: list[Draft], groups: tuple[tuple[str, ...], ...], slug: str, notes: Notes) -> Plan:
    status = outline.status
    phases = tuple(
        draft.phase.model_copy(update={"text": section_text(outline.source, draft.heading)}) for draft in drafts
    )
    all_done = bool(drafts) and all(d.phase.state == PhaseState.COMPLETE and not d.is_ticked for d in drafts)
    before = outline.phases[0].line if outline.phases else len(outline.source.lines) + 1
    return Plan(
        title=read_title(outline.blocks, slug, before),
        slug=slug,
        status=status.text if status else None,
        is_implemented=bool(status and status.is_implemented) or all_done,
        is_ready=bool(status and status.is_ready),
        phases=phases,
        parallel_groups=groups,
        diagnostics=notes.sorted(outline.source.original),
    )
