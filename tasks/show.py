"""Artifacts: what the UI shows on a run's Artifacts tab. A failure to show is a warning, never a failed phase."""

import asyncio
import logging
import re
from collections.abc import Awaitable
from typing import TypeVar

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

from phasewright.record.transcript import Transcripts
from phasewright.report.costs import cost_rows
from phasewright.result import PhaseStatus
from tasks.run import Run

T = TypeVar("T")

logger = logging.getLogger(__name__)

_DONE = frozenset({PhaseStatus.COMPLETE, PhaseStatus.SKIPPED})


async def show_markdown(key: str, markdown: str, description: str) -> None:
    """Store a markdown artifact under *key*."""
    await _stored(key, acreate_markdown_artifact(markdown=markdown, key=_key(key), description=description))


async def show_costs(run: Run) -> None:
    """Store what the run cost so far as a table: by phase, agent, model and together."""
    transcripts = Transcripts(run.places.transcripts(run.id))
    async with run.showing:  # or a table that was read earlier would be the latest
        rows = cost_rows(await asyncio.to_thread(transcripts.costs))
        key = f"run-{run.id}-costs"
        await _stored(key, acreate_table_artifact(table=rows, key=_key(key), description=f"Costs of run {run.id}"))


async def show_progress(run: Run) -> None:
    """Show how much of the run is complete, in one progress artifact that is changed as phases end."""
    key = f"run-{run.id}-progress"
    async with run.showing:
        percent, said = run_progress(run)
        if run.progress_artifact is None:
            made = acreate_progress_artifact(percent, key=_key(key), description=said)
            run.progress_artifact = await _stored(key, made)
        else:
            await _stored(key, aupdate_progress_artifact(run.progress_artifact, percent, description=said))


def run_progress(run: Run) -> tuple[float, str]:
    """Return the per cent of phases that are complete or skipped, and a line that also counts those that ended else."""
    done = sum(result.status in _DONE for result in run.results.values())
    other = len(run.results) - done
    total = len(run.plan.phases)
    said = f"Run {run.id}: {done} of {total} phases complete" + (f", {other} ended otherwise" if other else "")
    return round(100.0 * done / max(1, total), 1), said


async def _stored(key: str, storing: Awaitable[T]) -> T | None:
    try:
        return await storing
    except Exception as problem:  # the UI's copy is a convenience: the report on disk is the record
        logger.warning("artifact %s not stored: %s", key, problem)
        return None


def _key(text: str) -> str:
    """Return *text* of lower-case letters, digits and dashes alone, as Prefect wants keys."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
