"""`phasewright plan`: a dry run. Nothing is executed, nothing is written."""

import asyncio
import sys
from pathlib import Path

from parsers.agent_book import AgentBook, is_human, load_book
from parsers.read_plan import parse_plan, read_bytes
from phasewright.cargo.cargo import Cargo
from phasewright.checkpoint.entry import Checkpoint
from phasewright.checkpoint.plan_file import read_checkpoints
from phasewright.dag import build_dag
from phasewright.dry_run import dry_run, dry_run_text, skipped_because
from phasewright.errors import PhasewrightError, PlanRefused
from phasewright.forecast import forecast, read_reports
from phasewright.gate.language import is_python
from phasewright.git.repository import find_repository
from phasewright.options import RunOptions
from phasewright.python.installed import Pytest
from phasewright.record.places import Places
from phasewright.settings import FILE, settle_options

_MANIFESTS = (Cargo.manifest, Pytest.manifest)


def plan(plan: Path, /, *, repo: Path | None = None, json: bool = False) -> int:
    """Tell what a run of a plan would do: order, agents, limits, gate, and what it may cost.

    Parameters
    ----------
    plan
        The plan file.
    repo
        The git repository; the one around the plan file if not given.
    json
        Print one JSON object.
    """
    repository = asyncio.run(find_repository((repo or plan.parent).absolute()))
    raw = read_bytes(plan)
    read = parse_plan(raw, path=plan, repository=repository.root)
    if not read.is_executable:
        raise PlanRefused(plan, read.diagnostics)
    dag = build_dag(read)
    checkpoints = _checkpoints(raw)
    done = {checkpoint.phase for checkpoint in checkpoints if checkpoint.status.is_done}
    waiting = [phase.id for phase in read.phases if skipped_because(read, phase, done) is None]
    settings = repository.root / FILE
    options = settle_options(RunOptions(), None, settings.read_bytes() if settings.is_file() else None)
    book = load_book(repository.root)
    for note in book.notes_for(phase.owner for phase in read.phases):
        print(f"phasewright: {note.text}", file=sys.stderr)
    planned = dry_run(
        read,
        dag,
        options,
        {phase.id: _agent(book, phase.owner) for phase in read.phases},
        checkpoints,
        forecast(read_reports(Places.of_repository(repository.name).runs), dag, waiting),
        is_locked=(repository.root / "Cargo.lock").is_file(),
        is_python=is_python(name for name in _MANIFESTS if (repository.root / name).is_file()),
    )
    sys.stdout.write(planned.model_dump_json(indent=2) + "\n" if json else dry_run_text(planned))
    return 0


def _agent(book: AgentBook, owner: str | None) -> tuple[str, str | None]:
    """Return the agent that does a phase of *owner*'s, and the model that its file names."""
    if is_human(owner):
        return "a person", None
    agent = book.for_owner(owner)[0]
    return agent.name, agent.model


def _checkpoints(raw: bytes) -> tuple[Checkpoint, ...]:
    try:
        return read_checkpoints(raw)
    except PhasewrightError as problem:
        print(f"phasewright: the plan's checkpoints are not read: {problem}", file=sys.stderr)
        return ()
