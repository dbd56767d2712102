"""A plan's order as an SVG drawing, laid out by the graphviz that comes inside pygraphviz's wheel."""

import contextlib
import os
from collections.abc import Iterator
from itertools import pairwise
from textwrap import wrap

from phasewright.dag import Dag
from phasewright.plan import Phase, PhaseKind, PhaseState, Plan

_LINE = 28
_FILL = {PhaseState.PENDING: "#ffffff", PhaseState.COMPLETE: "#d8f0d8", PhaseState.SKIPPED: "#eeeeee"}


def graph_svg(plan: Plan, dag: Dag) -> str:
    """Return an SVG document. The critical path is thick; dashed edges order phases that change the same file."""
    from pygraphviz import AGraph  # 200 ms, and only for drawings

    graph = AGraph(directed=True, strict=False, rankdir="LR", fontname="Helvetica", tooltip=_escaped(plan.title))
    graph.node_attr.update(shape="box", style="rounded,filled", fontname="Helvetica", fontsize="11", margin="0.15,0.08")
    graph.edge_attr.update(color="#555555", arrowsize="0.7")
    critical = dag.critical_path()
    thick = set(pairwise(critical))
    for phase in plan.phases:
        width = "2.5" if phase.id in critical else "1"
        label, tip = _label(phase), _escaped(phase.goal or phase.name)
        graph.add_node(phase.id, label=label, tooltip=tip, fillcolor=_FILL[phase.state], penwidth=width)
    for phase_id, upstreams in dag.upstreams.items():
        for upstream in upstreams:
            graph.add_edge(upstream, phase_id, penwidth="2.5" if (upstream, phase_id) in thick else "1")
    for earlier, later, path in dag.ordered_by_files:
        graph.add_edge(earlier, later, style="dashed", tooltip=_escaped(path), label=_escaped(path), fontsize="8")
    with _quiet():
        drawn = graph.draw(format="svg", prog="dot")
    return bytes(drawn).decode("utf-8")


def _label(phase: Phase) -> str:
    kind = " (design)" if phase.kind == PhaseKind.DESIGN else ""
    name = "\\n".join(_escaped(line) for line in wrap(phase.name, _LINE)[:4])
    return f"{_escaped(phase.id)}{kind}\\n{name}\\n{_escaped(phase.owner or 'general-purpose')}"


def _escaped(text: str) -> str:
    """Return *text* as graphviz shows it: its escapes doubled, no control characters, no HTML label."""
    shown = "".join(c if c.isprintable() else " " for c in text).replace("\\", "\\\\")
    return f" {shown}" if shown.startswith("<") else shown


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the font library's remarks on this machine's configuration off standard error."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
