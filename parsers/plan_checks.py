"""What only the whole plan can tell: unknown phases, cycles, groups against fields, missing fields, status."""

from collections.abc import Sequence
from pathlib import Path

from parsers.dependencies import Known, named_phases
from parsers.foreign.refusals import explain_no_phases
from parsers.groups import Group
from parsers.lookalikes import note_lookalikes
from parsers.notes import Notes
from parsers.outline import Outline
from parsers.owners import known_agents, note_owners
from parsers.phase import Draft
from parsers.sections import PhaseHeading
from parsers.tools import note_missing_tools
from phasewright.dag import build_dag, find_cycle
from phasewright.plan import Phase, PhaseKind, PhaseState, Plan

_BEFORE_FIRST_HINT = "take the phase out of the Dependencies field"


def check_plan(
    outline: Outline,
    drafts: Sequence[Draft],
    groups: Sequence[Group],
    known: Known,
    repository: Path | None,
    notes: Notes,
) -> None:
    """Note everything that the author should know of the plan as a whole."""
    if not drafts:
        explain_no_phases(outline.source, outline.blocks, notes)
        note_lookalikes(outline, known, notes)
        return
    if outline.tool is not None:
        message = f"this is a plan for {outline.tool}; it was read as {len(drafts)} phases"
        notes.add("foreign-plan", message, outline.phases[0].line)
    _duplicates(outline.phases, notes)
    for draft in drafts:
        _dependencies(draft, known, notes)
    _cycle(drafts, notes)
    note_lookalikes(outline, known, notes)
    _status(outline, notes)
    waiting = [draft for draft in drafts if draft.phase.state == PhaseState.PENDING]
    note_owners([draft.phase for draft in waiting], known_agents(repository), notes)
    have_dependencies = any(draft.dependencies for draft in drafts)
    for draft in waiting:
        _fields(draft, notes, have_dependencies=have_dependencies)
    note_missing_tools(waiting, notes)
    for draft in drafts:
        _judgements(draft, notes)
        _parallel_hint(draft, known, notes)
    _groups(drafts, groups, notes)
    if not notes.has_errors():
        _overlaps([draft.phase for draft in drafts], notes)


def _duplicates(phases: Sequence[PhaseHeading], notes: Notes) -> None:
    seen: dict[str, int] = {}
    for phase in phases:
        first = seen.setdefault(phase.id.casefold(), phase.line)
        if first != phase.line:
            message = f"phase {phase.id} is defined twice, first on line {first}"
            notes.add("duplicate-id", message, phase.line, hint="give each phase an id of its own")


def _dependencies(draft: Draft, known: Known, notes: Notes) -> None:
    field, phase = draft.dependencies, draft.phase
    if field is None:
        return
    if not draft.named.is_readable:
        message = f"phase {phase.id}: dependencies {field.value!r} name no phase; read as none"
        notes.add("unreadable-dependency", message, field.line, field.column, hint='write "None" or "Phase 1, Phase 2"')
    for unknown in draft.named.unknown:
        column = field.column + max(0, field.value.find(unknown))
        end = column + len(unknown)
        if _is_before_first(unknown, known):
            message = f"phase {phase.id} depends on phase {unknown}, which comes before the plan's first; dropped"
            notes.add("dropped-dependency", message, field.line, column, end_column=end, hint=_BEFORE_FIRST_HINT)
        else:
            message = f"phase {phase.id} depends on 'phase {unknown}', which the plan does not define"
            listed = _listed(known.ids)
            notes.add("unknown-dependency", f"{message} (phases: {listed})", field.line, column, end_column=end)


def _is_before_first(phase_id: str, known: Known) -> bool:
    """True for a number below the plan's first: a phase that was taken out after review (survey 4.2)."""
    return _number(phase_id) < _number(known.ids[0])


def _number(phase_id: str) -> float:
    return float(phase_id.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _listed(ids: Sequence[str]) -> str:
    if len(ids) > 2 and all(phase.isdigit() for phase in ids):
        numbers = [int(phase) for phase in ids]
        if numbers == list(range(numbers[0], numbers[-1] + 1)):
            return f"{numbers[0]}-{numbers[-1]}"
    return ", ".join(ids[:12]) + (", …" if len(ids) > 12 else "")


def _cycle(drafts: Sequence[Draft], notes: Notes) -> None:
    cycle = find_cycle({draft.phase.id: draft.phase.depends_on for draft in drafts})
    if not cycle:
        return
    draft = next(draft for draft in drafts if draft.phase.id == cycle[0])
    line = draft.dependencies.line if draft.dependencies else draft.phase.line
    column = draft.dependencies.column if draft.dependencies else 1
    shown = " -> ".join(cycle if len(cycle) < 20 else [*cycle[:18], "…", cycle[-1]])
    message = f"phase {cycle[0]} depends on itself" if len(cycle) == 2 else f"phases wait for one another: {shown}"
    notes.add("cycle", message, line, column, hint="take one of these dependencies out")


def _status(outline: Outline, notes: Notes) -> None:
    status = outline.status
    if status is None:
        message = "the plan has no status"
        hint = "write '**Status:** Reviewed - Ready for Implementation' below the title"
        notes.add("status-not-ready", message, 1, hint=hint)
    elif not status.is_ready and not status.is_implemented:
        message = f"the status {status.text!r} does not say that the plan is ready"
        hint = "write 'Reviewed - Ready for Implementation' when it is; nightly runs take nothing else"
        end = status.column + len(status.text)
        notes.add("status-not-ready", message, status.line, status.column, end_column=end, hint=hint)


def _fields(draft: Draft, notes: Notes, *, have_dependencies: bool) -> None:
    phase = draft.phase
    if draft.dependencies is None and have_dependencies:
        message = f"phase {phase.id} does not say what it depends on; read as nothing"
        notes.add("missing-dependencies", message, phase.line, hint="write **Dependencies:** None")
    if not phase.acceptance_criteria:
        message = f"phase {phase.id} has no acceptance criteria"
        notes.add("missing-criteria", message, phase.line, hint="add **Acceptance Criteria:** and a list of checkboxes")
    if not phase.files.paths():
        notes.add(
            "missing-files", f"phase {phase.id} names no files", phase.line, hint="add **Files to create:** and so on"
        )
    elif phase.files.is_inferred:
        message = f"phase {phase.id} has no file list; {len(phase.files.paths())} paths were read from its deliverables"
        notes.add(
            "inferred-files", message, phase.line, hint="list them under **Files to create:** and **Files to modify:**"
        )
    if phase.blast_radius.raw is None:
        message = f"phase {phase.id} has no blast radius: all tests of the packages that it changes must stay green"
        notes.add("missing-blast-radius", message, phase.line, hint="add **Blast Radius:** `cargo test -p PACKAGE`")


def _judgements(draft: Draft, notes: Notes) -> None:
    """Say aloud what was a reading, not a fact."""
    phase = draft.phase
    if draft.is_ticked:
        message = f"phase {phase.id} is taken for complete: every box of it is ticked"
        notes.add("taken-as-done", message, phase.line, hint="untick a box, or write the state into the heading")
    if phase.kind == PhaseKind.DESIGN and "kind" not in phase.lines:
        message = f"phase {phase.id} is taken for a design phase by its name or goal: no tests are asked of it"
        notes.add("design-phase", message, phase.line, hint="write **Type:** implementation or **Type:** design")
    prose = [criterion for criterion in phase.acceptance_criteria if criterion.check is None]
    if prose and phase.state == PhaseState.PENDING:
        message = f"phase {phase.id}: {len(prose)} of {len(phase.acceptance_criteria)} criteria are not machine-checked"
        notes.add("not-machine-checked", message, prose[0].line)


def _parallel_hint(draft: Draft, known: Known, notes: Notes) -> None:
    """ "Deps: Phase 7 | Parallel: Yes (with Phase 7)" contradicts itself (survey 5)."""
    hint = draft.hint
    if hint is None or not hint.value.casefold().startswith("yes"):
        return
    for upstream in named_phases(hint.value, known).ids:
        if upstream in draft.phase.depends_on:
            message = f"phase {draft.phase.id} is to run in parallel with phase {upstream}, on which it depends"
            notes.add("group-conflict", f"{message}; the dependency wins", hint.line, hint.column)
            return


def _groups(drafts: Sequence[Draft], groups: Sequence[Group], notes: Notes) -> None:
    if not groups and len(drafts) > 1:
        notes.add("missing-groups", "the plan has no parallelization groups; its dependency fields alone decide", 1)
    upstreams = {draft.phase.id: set(draft.phase.depends_on) for draft in drafts}
    for group in groups:
        for unknown in group.unknown:
            message = f"a group names phase {unknown}, which the plan does not define"
            notes.add("unknown-group-member", message, group.line)
        members = set(group.ids)
        for phase in group.ids:
            for upstream in sorted(upstreams[phase] & members):
                message = (
                    f"phase {phase} stands in one group with phase {upstream}, on which it depends; the field wins"
                )
                notes.add("group-conflict", message, group.line, hint="move one of them to another group")


def _overlaps(phases: Sequence[Phase], notes: Notes) -> None:
    plan = Plan(title="", slug="", phases=tuple(phases))
    lines = {phase.id: phase.line for phase in phases}
    for earlier, later, path in build_dag(plan).ordered_by_files:
        message = f"phases {earlier} and {later} may run together and both change {path!r}; {later} waits for {earlier}"
        notes.add("overlapping-files", message, lines[later], hint=f"make phase {later} depend on phase {earlier}")
