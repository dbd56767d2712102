"""What is written down about a run while it goes on: enough to continue it, never asked for the truth of a phase."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from phasewright.errors import UsageError
from phasewright.options import RunOptions
from phasewright.record.places import Places
from phasewright.result import RunStatus

PLAN_COPY = "plan.md"


class RunRecord(BaseModel, frozen=True):
    """`run.json` of one run."""

    run: str
    """`YYYYMMDD-HHMMSS-xxxx`, local time."""
    plan: str
    """The plan file's absolute path."""
    slug: str
    repo: str
    branch: str
    base_commit: str
    """Where the run's branch began."""
    base_is_snapshot: bool = False
    """True: the base holds changes that the user had not committed."""
    head_at_start: str
    """The user's HEAD when the run was last started or continued."""
    options: RunOptions
    started_at: datetime
    pid: int
    flow_run_id: str | None = None
    ui_url: str | None = None
    status: RunStatus | None = None
    """None while it goes on, and after a crash."""
    ended_at: datetime | None = None

    @property
    def is_finished(self) -> bool:
        """True when nothing is left to do: it ended in SUCCESS."""
        return self.status == RunStatus.SUCCESS

    def is_alive(self) -> bool:
        """True while the process that runs it is there."""
        return self.ended_at is None and _answers(self.pid)


def new_run_id(now: datetime) -> str:
    """Return a run id that sorts by time."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def save_record(places: Places, record: RunRecord) -> None:
    """Replace the run's `run.json` whole; a crash leaves the old one or the new one."""
    file = places.run(record.run) / "run.json"
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(record.model_dump_json(indent=2))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)


def keep_plan(folder: Path, plan: Path) -> None:
    """Keep the plan as it is when its run begins, for a replay; when a run is continued, the first one stays."""
    kept = folder / PLAN_COPY
    if not kept.exists():
        kept.write_bytes(plan.read_bytes())


def load_record(places: Places, run: str) -> RunRecord:
    """Return a run's record.

    Raises:
        UsageError: there is no such run, or its record cannot be read.
    """
    file = places.runs / run / "run.json"
    try:
        return RunRecord.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(r.run for r in all_records(places)[:5]) or "none"
        raise UsageError(f"no run {run!r} of this repository (newest: {known})") from None
    except (OSError, ValidationError) as problem:
        raise UsageError(f"{file} cannot be read: {str(problem).splitlines()[0]}") from problem


def all_records(places: Places) -> list[RunRecord]:
    """Return every readable record, newest first."""
    found = []
    if not places.runs.is_dir():
        return []
    for file in sorted(places.runs.glob("*/run.json"), reverse=True):
        try:
            found.append(RunRecord.model_validate_json(file.read_text(encoding="utf-8")))
        except (OSError, ValidationError):
            continue
    return found


def newest_record(places: Places, plan: Path | None = None) -> RunRecord | None:
    """Return the newest run, of *plan* where it is given; None when there is none."""
    return next((r for r in all_records(places) if plan is None or r.plan == str(plan)), None)


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
