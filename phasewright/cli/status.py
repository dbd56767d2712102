"""`phasewright status`: what is happening, or how the last run ended."""

import asyncio
from pathlib import Path

from phasewright.cli.printing import print_json
from phasewright.git.repository import find_repository
from phasewright.record.places import Places
from phasewright.record.progress import Progress, progress_of
from phasewright.record.run_record import RunRecord, load_record, newest_record


def status(run: str | None = None, /, *, repo: Path = Path(), json: bool = False) -> int:
    """Show a run: its phases, their steps, what it cost so far, and where to look.

    Parameters
    ----------
    run
        The run's id; without it, the newest run of the repository.
    repo
        The git repository.
    json
        Print one JSON object.
    """
    repository = asyncio.run(find_repository(repo.absolute()))
    places = Places.of_repository(repository.name)
    record = load_record(places, run) if run else newest_record(places)
    if record is None:
        print_json({"run": None}) if json else print(f"no run of {repository.root} yet")
        return 0
    progress = progress_of(places.run(record.run) / "events.jsonl")
    if json:
        print_json(_as_json(record, progress))
    else:
        _print(record, progress)
    return 0


def _state(record: RunRecord) -> str:
    if record.is_alive():
        return f"running (pid {record.pid})"
    if record.status is not None:
        return str(record.status)
    return f"stopped before its end; go on with: phasewright resume {record.run}"


def _as_json(record: RunRecord, progress: Progress) -> dict[str, object]:
    return {
        "run": record.run,
        "plan": record.plan,
        "status": record.status and str(record.status),
        "running": record.is_alive(),
        "branch": record.branch,
        "started_at": record.started_at.isoformat(),
        "ui_url": record.ui_url,
        "flow_run_id": record.flow_run_id,
        "phases": [phase.model_dump(mode="json") for phase in progress.phases],
        "usd": progress.usd,
        "tokens": progress.tokens,
    }


def _print(record: RunRecord, progress: Progress) -> None:
    print(f"run {record.run}: {_state(record)}")
    print(f"  plan    {record.plan}")
    print(f"  branch  {record.branch}")
    if record.ui_url and record.is_alive():
        print(f"  ui      {record.ui_url}/runs/flow-run/{record.flow_run_id}")
    for phase in progress.phases:
        print(f"  phase {phase.id:6} {phase.status or 'running':10} {phase.step}")
    print(f"  cost    {progress.usd:.4f} USD, {progress.tokens} tokens")
