"""`phasewright clean`: remove what finished runs leave on the disk."""

import asyncio
import os
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import BaseModel

from phasewright.git.command import git
from phasewright.git.quarantine import KEEP_NOTE
from phasewright.git.removal import remove_tree
from phasewright.git.repository import Repository, find_repository
from phasewright.git.workspace import close_workspace, workspaces_below
from phasewright.record.places import Places
from phasewright.record.run_record import RunRecord, all_records


class Cleaning(BaseModel, frozen=True):
    """What is removed, or would be."""

    runs: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Runs that stay: going on, or not successful."""
    folders: tuple[Path, ...] = ()
    refs: tuple[str, ...] = ()
    freed_bytes: int = 0


def clean(
    *,
    repo: Path = Path(),
    everything: Annotated[bool, Parameter(name="--all", negative="")] = False,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    json: bool = False,
) -> int:
    """Remove workspaces, target directories and candidate refs of finished runs.

    Reports, transcripts, branches and landed commits stay. A run that goes on is never touched.

    Parameters
    ----------
    repo
        The git repository.
    everything
        Also those of runs that did not succeed, which `resume` would use, and the gate's caches.
    dry_run
        Only say what would go.
    json
        Print one JSON object.
    """
    done = asyncio.run(_clean(repo.absolute(), everything=everything, dry_run=dry_run))
    if json:
        print(done.model_dump_json(indent=2))
        return 0
    verb = "would remove" if dry_run else "removed"
    size = f"{done.freed_bytes / 1e6:.0f} MB"
    print(f"{verb} {len(done.folders)} folders of {len(done.runs)} runs ({size}) and {len(done.refs)} refs")
    if done.kept:
        print(f"kept {', '.join(done.kept)}" + ("" if everything else ": --all removes those that no longer run"))
    return 0


async def _clean(start: Path, *, everything: bool, dry_run: bool) -> Cleaning:
    repo = await find_repository(start)
    places = Places.of_repository(repo.name)
    records = {record.run: record for record in all_records(places)}
    going = {run for run, record in records.items() if record.is_alive()}
    found = sorted({*records, *_names(places.folder / "workspaces"), *_names(places.folder / "targets")} - {"gate"})
    runs = [run for run in found if run not in going and (everything or _has_succeeded(records.get(run)))]
    folders = [path for run in runs for path in _folders(places, run) if path.is_dir()]
    if everything and not going:
        folders += [path for path in (places.folder / "targets" / "gate",) if path.is_dir()]
    refs = [ref for run in runs for ref in await _refs(repo, run)]
    plan = Cleaning(
        runs=tuple(runs),
        kept=tuple(run for run in found if run not in runs),
        folders=tuple(folders),
        refs=tuple(refs),
        freed_bytes=sum(_size(folder) for folder in folders),
    )
    if not dry_run:
        await _remove(repo, plan)
    return plan


async def _remove(repo: Repository, plan: Cleaning) -> None:
    for folder in plan.folders:
        for place in workspaces_below(repo, folder):
            await close_workspace(repo, place)
        await remove_tree(folder)
    for mark in repo.git_dir.glob("objects/pack/*.keep"):
        if mark.read_text("utf-8", "replace") == KEEP_NOTE and mark.stat().st_mtime < time.time() - 3600:
            mark.unlink(missing_ok=True)  # of a run that was killed between two steps
    deletions = "".join(f"delete {ref}\n" for ref in plan.refs)
    if deletions:
        await git(repo, "update-ref", "--stdin", stdin=deletions.encode())


def _has_succeeded(record: RunRecord | None) -> bool:
    return record is not None and record.is_finished


def _folders(places: Places, run: str) -> tuple[Path, ...]:
    return places.folder / "workspaces" / run, places.folder / "targets" / run


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


async def _refs(repo: Repository, run: str) -> list[str]:
    listed = await git(repo, "for-each-ref", "--format=%(refname)", f"refs/phasewright/{run}/")
    return listed.split()


def _size(folder: Path) -> int:
    total = 0
    for top, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(top) / name).lstat().st_blocks * 512
            except OSError:
                continue
    return total
