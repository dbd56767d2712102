"""`phasewright graph`: what runs after what, what may run together, and the critical path."""

import sys
from pathlib import Path
from typing import Literal

from parsers.read_plan import read_plan
from parsers.repository import repository_of
from phasewright.dag import build_dag
from phasewright.errors import PlanRefused


def graph(plan: Path, /, *, format: Literal["text", "mermaid", "svg"] = "text", output: Path | None = None) -> int:  # noqa: A002
    """Show the order of a plan's phases.

    Parameters
    ----------
    plan
        The plan file.
    format
        Text for a terminal, a mermaid flowchart, or an SVG drawing.
    output
        Write there instead of to standard output.
    """
    read = read_plan(plan, repository=repository_of(plan))
    if not read.is_executable:
        raise PlanRefused(plan, read.diagnostics)
    dag = build_dag(read)
    if format == "svg":
        from phasewright.graph.drawing import graph_svg as render
    elif format == "mermaid":
        from phasewright.graph.mermaid import graph_mermaid as render
    else:
        from phasewright.graph.text import graph_text as render
    text = render(read, dag)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
    return 0
