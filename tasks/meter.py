"""How far a run is and what it has cost, on its Artifacts tab: a progress bar and a table, renewed as phases end."""

import asyncio

from phasewright.record.transcript import Transcripts
from phasewright.report.costs import cost_rows
from phasewright.result import PhaseStatus
from tasks.run import Run
from tasks.show import show_progress, show_table

_DONE = frozenset({PhaseStatus.COMPLETE, PhaseStatus.SKIPPED})


async def show_how_far(run: Run) -> None:
    """Show how many phases have ended, and the costs of all conversations so far, an earlier process's included."""
    transcripts = Transcripts(run.places.transcripts(run.id))
    async with run.showing:  # or a table that was read earlier would be the latest
        phases, ended = len(run.plan.phases), run.results.values()
        done = sum(result.status in _DONE for result in ended)
        said = f"{len(ended)} of {phases} phases have ended, {done} of them complete or not to be done"
        percent = 100 * len(ended) / phases
        run.progress_bar = await show_progress(run.progress_bar, f"run-{run.id}-progress", percent, said)
        if rows := cost_rows(await asyncio.to_thread(transcripts.costs)):
            await show_table(f"run-{run.id}-costs", rows, f"What run {run.id} cost so far")
