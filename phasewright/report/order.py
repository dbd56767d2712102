"""The execution order analysis of a plan (the seed's section "Step 2"): what is independent, what waits, in groups."""

from collections.abc import Iterable

from phasewright.dag import Dag
from phasewright.plan import Phase, Plan


def order_analysis(plan: Plan, dag: Dag) -> str:
    """Return the analysis as markdown. Groups are levels: a phase starts when its own upstreams end, not its group."""
    independent = [p for p in plan.phases if not dag.all_upstreams(p.id)]
    dependent = [p for p in plan.phases if dag.all_upstreams(p.id)]
    parts = [
        "### Execution Order Analysis",
        "**Independent Phases (can run in parallel):**\n" + _lines(_independent(p) for p in independent),
        "**Dependent Phases (must wait):**\n" + _lines(_dependent(p, dag) for p in dependent),
        "**Execution Groups:**\n" + _groups(dag),
    ]
    if dag.ordered_by_files:
        held = [f"Phase {b} waits for phase {a}: both change `{path}`" for a, b, path in dag.ordered_by_files]
        parts.append("**Ordered because they change the same files:**\n" + _lines(held))
    return "\n\n".join(parts)


def _groups(dag: Dag) -> str:
    rows = []
    for n, level in enumerate(dag.levels()):
        how = "run side by side" if len(level) > 1 else "runs alone"
        after = "at once" if n == 0 else "as soon as their own upstreams in earlier groups end"
        rows.append(f"{n + 1}. Group {_letter(n)}: Phases [{', '.join(level)}] - {how}, {after}")
    return "\n".join(rows) or "none"


def _letter(n: int) -> str:
    return chr(ord("A") + n) if n < 26 else str(n + 1)


def _independent(phase: Phase) -> str:
    return f"{_named(phase)} - Owner: {_owner(phase)}"


def _dependent(phase: Phase, dag: Dag) -> str:
    return f"{_named(phase)} - Depends on: {', '.join(f'Phase {u}' for u in dag.all_upstreams(phase.id))}"


def _named(phase: Phase) -> str:
    return f"Phase {phase.id}: {phase.name}"


def _owner(phase: Phase) -> str:
    return phase.owner or "general-purpose"


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items) or "- none"
