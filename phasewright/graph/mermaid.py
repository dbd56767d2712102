"""A plan's order as a mermaid flowchart: plain text that GitHub draws."""

import re
from collections.abc import Iterator
from itertools import pairwise

from phasewright.dag import Dag
from phasewright.plan import Plan


def graph_mermaid(plan: Plan, dag: Dag) -> str:
    """Return a flowchart; thick edges are the critical path, dotted ones order phases that change the same file."""
    return "\n".join(_lines(plan, dag)) + "\n"


def _lines(plan: Plan, dag: Dag) -> Iterator[str]:
    critical = dag.critical_path()
    thick = set(pairwise(critical))
    yield "flowchart LR"
    for phase in plan.phases:
        yield f'    {node(phase.id)}["{escaped(f"{phase.id}: {phase.name}")}"]'
    for phase_id, upstreams in dag.upstreams.items():
        for upstream in upstreams:
            arrow = "==>" if (upstream, phase_id) in thick else "-->"
            yield f"    {node(upstream)} {arrow} {node(phase_id)}"
    for earlier, later, path in dag.ordered_by_files:
        yield f'    {node(earlier)} -. "{escaped(path)}" .-> {node(later)}'
    if critical:
        yield "    classDef critical stroke-width:3px"
        yield f"    class {','.join(node(phase) for phase in critical)} critical"


def node(phase_id: str) -> str:
    """Return a phase's node name: letters, digits and underscores alone."""
    return "p" + re.sub(r"\W", "_", phase_id)


def escaped(text: str) -> str:
    """Return *text* fit for a quoted label: what mermaid or HTML would read as markup becomes entities."""
    return re.sub(r"[^\w \-.,:/()→✅ ]", lambda m: f"#{ord(m[0])};", text)
