"""What runs after what, where the phases' own fields leave it open."""

from collections.abc import Sequence
from typing import NamedTuple

from parsers.dependencies import Known
from parsers.fields import Line
from parsers.flowchart import dependencies_from_flowchart
from parsers.groups import Group, dependencies_from_groups, dependencies_from_order
from parsers.notes import Notes
from parsers.phase import Draft

EDGE_LIMIT = 250_000
"""Dependencies of a whole plan: 10,000 phases that each wait for all before them would need 50 million."""


class _Source(NamedTuple):
    name: str
    upstreams: dict[str, tuple[str, ...]]


def with_order(
    drafts: Sequence[Draft],
    lines: Sequence[Line],
    ordering: Sequence[Line],
    groups: Sequence[Group],
    known: Known,
    notes: Notes,
) -> list[Draft]:
    """Return the drafts with dependencies from elsewhere in the plan where no phase has a field at all.

    *ordering* holds those of the plan's *lines* that stand in a section about order. Source: survey 5: the field
    always wins; else the order section, else the groups, else a flowchart of all phases, else document order.
    """
    if not drafts or any(draft.dependencies for draft in drafts):
        return list(drafts)
    order = _Source("the list of phases", dependencies_from_order(ordering, known))
    grouped = _Source("the parallel groups", dependencies_from_groups(groups, known))
    charted = _Source(
        "the flowchart", {} if order.upstreams or grouped.upstreams else dependencies_from_flowchart(lines, known)
    )
    for source in (order, grouped, charted):
        if source.upstreams:
            message = f"no phase has a dependency field; dependencies were read from {source.name}"
            notes.add(
                "inferred-dependencies", message, drafts[0].phase.line, hint="give each phase a Dependencies field"
            )
            return [
                _with(draft, depends_on=source.upstreams.get(draft.phase.id, draft.phase.depends_on))
                for draft in drafts
            ]
    if len(drafts) > 1:
        message = "no phase says what it depends on: they run one after another, in the order written"
        notes.add("document-order", message, drafts[0].phase.line, hint="give each phase a Dependencies field")
    before = [None, *drafts[:-1]]
    return [
        _with(draft, runs_after=(previous.phase.id,) if previous else ())
        for draft, previous in zip(drafts, before, strict=True)
    ]


def _with(draft: Draft, **update: tuple[str, ...]) -> Draft:
    return draft._replace(phase=draft.phase.model_copy(update=update))
