"""A plan's order for a terminal: levels, what each phase waits for, the critical path."""

from collections.abc import Iterator

from phasewright.dag import Dag
from phasewright.plan import Phase, PhaseKind, PhaseState, Plan


def graph_text(plan: Plan, dag: Dag) -> str:
    """Return the order as lines of text."""
    return "\n".join(_lines(plan, dag)) + "\n"


def _lines(plan: Plan, dag: Dag) -> Iterator[str]:
    levels = dag.levels()
    widest = max((len(level) for level in levels), default=0)
    counts = f"{_count(len(plan.phases), 'phase')}, {_count(len(levels), 'level')}"
    yield f"{plan.title}: {counts}, at most {widest} at a time"
    width = max((len(phase.id) for phase in plan.phases), default=1)
    for number, level in enumerate(levels, 1):
        yield ""
        yield f"level {number}" + (", together" if len(level) > 1 else "")
        for phase_id in level:
            phase = plan.phase(phase_id)
            if phase is not None:
                yield _phase(phase, dag, width)
    yield ""
    yield f"critical path: {' -> '.join(dag.critical_path())}"
    if dag.ordered_by_files:
        yield ""
        yield "one after the other, because they change the same file:"
        yield from (f"  {earlier} -> {later}  {path}" for earlier, later, path in dag.ordered_by_files)


def _phase(phase: Phase, dag: Dag, width: int) -> str:
    before = dag.all_upstreams(phase.id)
    after = f"  after {', '.join(before)}" if before else ""
    marks = [phase.owner or "general-purpose"]
    marks += ["design"] * (phase.kind == PhaseKind.DESIGN)
    marks += [phase.state.value] * (phase.state != PhaseState.PENDING)
    return f"  {phase.id:>{width}}  {phase.name}  [{', '.join(marks)}]{after}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
