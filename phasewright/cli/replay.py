"""`phasewright replay`: a run again from its recorded model traffic, at no cost, in a copy of the repository."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from pydantic import BaseModel

from phasewright.cli.execute import run_plan
from phasewright.cli.printing import print_json
from phasewright.errors import PhasewrightError, UsageError
from phasewright.git.environment import git_argv, git_environment
from phasewright.git.history import read_file, tree_of
from phasewright.git.repository import Repository, find_repository
from phasewright.options import Deliver, OnDirty, OnFailure, RunOptions
from phasewright.process import run as run_program
from phasewright.record.places import REPORT_JSON, Places
from phasewright.record.replay import Divergence, Replay
from phasewright.record.run_record import PLAN_COPY, RunRecord, load_record
from phasewright.record.transcript import Transcripts
from phasewright.report.sameness import report_differences
from phasewright.result import PhaseReport, RunReport
from phasewright.scripted import ScriptedServer

NOT_THE_SAME = 4
_READ_BY_RUNS = (".ai/prompts", ".claude/agents", ".claude/skills")


class ReplayedPhase(BaseModel, frozen=True):
    """One phase then and now."""

    id: str
    recorded: str
    replayed: str
    same_tree: bool | None
    """None: landed neither then nor now."""


class ReplayReport(BaseModel, frozen=True):
    """What a replay came to."""

    run: str
    same: bool
    phases: tuple[ReplayedPhase, ...]
    recorded_requests: int
    replayed_requests: int
    divergences: tuple[Divergence, ...]
    differences: tuple[str, ...]
    """What differs between the two runs' reports, times and names aside."""


def replay(run: str, /, *, repo: Path = Path(), json: bool = False) -> int:
    """Run everything again from the run's record: no model is asked, nothing of yours is touched.

    Parameters
    ----------
    run
        The run's id.
    repo
        The git repository.
    json
        Print one JSON object.
    """
    report = asyncio.run(_replay(run, repo))
    print_json(report.model_dump(mode="json")) if json else _print(report)
    return 0 if report.same else NOT_THE_SAME


async def _replay(run: str, repo: Path) -> ReplayReport:
    repository = await find_repository(repo.absolute())
    places = Places.of_repository(repository.name)
    record = load_record(places, run)
    folder = places.run(record.run)
    if not (folder / REPORT_JSON).exists():
        raise UsageError(f"run {run} has no report yet; a replay needs a run that came to its end")
    before = RunReport.model_validate_json((folder / REPORT_JSON).read_text(encoding="utf-8"))
    recorded = Replay(Transcripts(places.transcripts(record.run)))
    with tempfile.TemporaryDirectory(prefix="phasewright-replay-") as name:
        copy = await _copy(repository, record, Path(name) / "repo")
        plan = await _plan(repository, record, folder, copy.root)
        try:
            with ScriptedServer(recorded.answer) as server:
                _speak_to(server.url)
                now = await run_plan(plan, copy.root, _options(record.options), live=False)
                asked = len(server.requests)
            phases = [await _compared(repository, copy, p, now) for p in before.phases]
        finally:
            shutil.rmtree(Places.of_repository(copy.name).folder, ignore_errors=True)
    differences = report_differences(before, now)
    same = all(p.recorded == p.replayed and p.same_tree is not False for p in phases)
    return ReplayReport(
        run=run,
        same=same and not differences and not recorded.divergences and asked == recorded.recorded_requests,
        phases=tuple(phases),
        recorded_requests=recorded.recorded_requests,
        replayed_requests=asked,
        divergences=recorded.divergences,
        differences=differences,
    )


async def _copy(repository: Repository, record: RunRecord, root: Path) -> Repository:
    """Return a clone at the run's base."""
    commands = (
        ("clone", "--quiet", "--no-checkout", str(repository.root), str(root)),
        ("-C", str(root), "checkout", "--quiet", "-B", "replay", record.base_commit),
    )
    for args in commands:
        ended = await run_program(git_argv(*args), cwd=Path("/"), env=git_environment(), deadline_seconds=600)
        ended.expect()
    await _bring_uncommitted(repository, root)
    return await find_repository(root)


async def _bring_uncommitted(repository: Repository, root: Path) -> None:
    """Copy prompts, agents and skills that git does not keep: the run read them, and no clone has them."""
    args = ("ls-files", "-z", "--others", "--", *_READ_BY_RUNS)
    listed = await run_program(
        git_argv(*args), cwd=repository.root, env=git_environment(), deadline_seconds=60, split=True
    )
    for name in filter(None, os.fsdecode(listed.expect().stdout).split("\0")):
        place, source = root / name, repository.root / name
        if source.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


async def _plan(repository: Repository, record: RunRecord, folder: Path, root: Path) -> Path:
    """Put the plan, as it was when the run began, into the copy; return where."""
    given = Path(record.plan)
    inside = given.relative_to(repository.root) if given.is_relative_to(repository.root) else Path(given.name)
    kept = folder / PLAN_COPY
    text = kept.read_bytes() if kept.exists() else await read_file(repository, record.base_commit, str(inside))
    if text is None:
        raise UsageError(f"the plan of run {record.run} as it was then is neither on record nor in its base commit")
    place = root / inside
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text)
    return place


def _options(options: RunOptions) -> RunOptions:
    changed = {
        "fresh": True,
        "deliver": Deliver.NONE,
        "on_failure": OnFailure.CONTINUE,
        "on_dirty": OnDirty.REFUSE,
        "wait_for_quota": False,
    }
    return options.model_copy(update=changed)


def _speak_to(url: str) -> None:
    """Let this process's model client speak to the record alone, past any proxy."""
    direct = ",".join(part for part in (os.environ.get("NO_PROXY"), "127.0.0.1", "localhost") if part)
    os.environ.update(
        ANTHROPIC_BASE_URL=url, ANTHROPIC_API_KEY="a-replay-needs-no-key", NO_PROXY=direct, no_proxy=direct
    )


async def _compared(then_in: Repository, now_in: Repository, before: PhaseReport, report: RunReport) -> ReplayedPhase:
    now = next((phase for phase in report.phases if phase.id == before.id), None)
    then_tree = await _tree(then_in, before.landed_commit)
    now_tree = await _tree(now_in, now.landed_commit if now else None)
    return ReplayedPhase(
        id=before.id,
        recorded=_outcome(before),
        replayed=_outcome(now) if now else "missing",
        same_tree=None if then_tree is None and now_tree is None else then_tree == now_tree,
    )


async def _tree(repository: Repository, commit: str | None) -> str | None:
    if commit is None:
        return None
    try:
        return await tree_of(repository, commit)
    except PhasewrightError:
        return "gone"


def _outcome(phase: PhaseReport) -> str:
    return f"{phase.status} ({phase.reason})" if phase.reason else str(phase.status)


def _print(report: ReplayReport) -> None:
    print(f"replay of run {report.run}: {'the same' if report.same else 'NOT the same'}")
    for phase in report.phases:
        tree = {None: "no tree", True: "same tree", False: "ANOTHER TREE"}[phase.same_tree]
        print(f"  phase {phase.id:6} recorded {phase.recorded:28} replayed {phase.replayed:28} {tree}")
    print(f"  requests: {report.recorded_requests} recorded, {report.replayed_requests} replayed")
    for text in report.differences:
        print(f"  the report differs: {text}")
    for differs in report.divergences[:1]:
        print(f"  first request that differs: {differs.conversation}, turn {differs.turn}: {differs.what}")
