"""What a run may cost, as ranges from the earlier runs of the same repository. No runs, no numbers."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from phasewright.dag import Dag
from phasewright.result import PhaseReport, PhaseStatus, RunReport

RUNS = 20
"""Newest reports that are looked at."""


class Range(NamedTuple):
    """Smallest and largest value."""

    low: float
    high: float


class Forecast(BaseModel, frozen=True):
    """What the phases that would run may take, together."""

    phases_seen: int
    """Completed phases of earlier runs behind these numbers."""
    seconds: Range
    """Along the longest path: what a person waits when nothing stands in the way."""
    tokens: Range
    """Input and output, all phases."""
    usd: Range


def read_reports(runs: Path) -> list[RunReport]:
    """Return the newest readable reports under the repository's folder of runs."""
    found: list[RunReport] = []
    for file in sorted(runs.glob("*/report.json"), reverse=True) if runs.is_dir() else []:
        try:
            found.append(RunReport.model_validate_json(file.read_bytes()))
        except (OSError, ValidationError):
            continue
        if len(found) == RUNS:
            break
    return found


def forecast(reports: Iterable[RunReport], dag: Dag, waiting: Sequence[str]) -> Forecast | None:
    """Return what the phases *waiting* may take, None when nothing was ever completed here.

    Low is every phase as cheap as the cheapest tenth of what was seen, high as dear as the dearest tenth.
    """
    seen = [phase for report in reports for phase in _worked(report)]
    if not seen or not waiting:
        return None
    path = _longest(dag, frozenset(waiting))
    seconds = _spread(phase.duration_seconds for phase in seen)
    tokens = _spread(float(phase.usage.input_tokens + phase.usage.output_tokens) for phase in seen)
    usd = _spread(phase.usage.usd for phase in seen)
    return Forecast(
        phases_seen=len(seen),
        seconds=_times(seconds, path),
        tokens=_times(tokens, len(waiting)),
        usd=_times(usd, len(waiting)),
    )


def _worked(report: RunReport) -> Iterator[PhaseReport]:
    return (p for p in report.phases if p.status == PhaseStatus.COMPLETE and p.attempts and p.duration_seconds)


def _spread(values: Iterable[float]) -> Range:
    ordered = sorted(values)
    cut = len(ordered) // 10
    return Range(ordered[cut], ordered[-1 - cut])


def _times(spread: Range, count: int) -> Range:
    return Range(spread.low * count, spread.high * count)


def _longest(dag: Dag, waiting: frozenset[str]) -> int:
    """Return how many of the phases *waiting* stand on the path that has most of them."""
    longest: dict[str, int] = {}
    for level in dag.levels():
        for phase in level:
            before = max((longest[upstream] for upstream in dag.all_upstreams(phase)), default=0)
            longest[phase] = before + (phase in waiting)
    return max(longest.values(), default=0)
