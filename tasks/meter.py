"""How far a run is and what it has cost, on its Artifacts tab: a progress bar and a table, renewed as phases end."""

from phasewright.record.transcript import Transcripts
from phasewright.report.costs import CostRow, cost_tables, total
from phasewright.result import PhaseStatus
from tasks.run import Run
from tasks.show import show_progress, show_table


async def show_how_far(run: Run) -> None:
    """Show how many phases have ended, and the costs of all conversations so far, an earlier process's included."""
    phases, ended = len(run.plan.phases), run.results.values()
    complete = sum(result.status in (PhaseStatus.COMPLETE, PhaseStatus.SKIPPED) for result in ended)
    said = f"{len(ended)} of {phases} phases have ended, {complete} of them complete or not to be done"
    run.progress_bar = await show_progress(run.progress_bar, f"run-{run.id}-progress", 100 * len(ended) / phases, said)
    costs = tuple(Transcripts(run.places.transcripts(run.id)).costs())
    if costs:
        rows = [_row(table.by, row) for table in cost_tables(costs) for row in table.rows]
        await show_table(f"run-{run.id}-costs", [*rows, _row("run", total(costs))], f"What run {run.id} cost so far")


def _row(by: str, row: CostRow) -> dict[str, object]:
    usage = row.usage
    return {
        "by": by,
        "name": row.name,
        "conversations": row.conversations,
        "requests": row.requests,
        "input tokens": usage.input_tokens + usage.cache_creation_input_tokens,
        "read from the cache": usage.cache_read_input_tokens,
        "cached": f"{row.cached:.0%}",
        "output tokens": usage.output_tokens,
        "USD": f"{usage.usd:.4f}",
    }
