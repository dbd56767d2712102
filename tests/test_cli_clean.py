"""`phasewright clean` removes what finished runs left, and nothing that anybody could still need."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support_git import make_repository, sh_git

from phasewright.cli.clean import clean
from phasewright.git.repository import Repository, find_repository
from phasewright.git.workspace import open_workspace
from phasewright.options import RunOptions
from phasewright.record.places import Places
from phasewright.record.run_record import RunRecord, save_record
from phasewright.result import RunStatus

DEAD_PID = 2**22 + 1


@pytest.fixture
async def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return await find_repository(make_repository(tmp_path / "repo", {"a": "a\n"}))


async def make_run(repo: Repository, run: str, status: RunStatus | None, pid: int = DEAD_PID) -> Path:
    """A run with a workspace, a target, a candidate ref and a branch; return its workspace."""
    places = Places.of_repository(repo.name)
    record = RunRecord(
        run=run,
        plan="/plan.md",
        slug="plan",
        repo=str(repo.root),
        branch=f"phasewright/plan/{run}",
        base_commit="0" * 40,
        head_at_start="0" * 40,
        options=RunOptions(),
        started_at=datetime.now(UTC),
        pid=pid,
        status=status,
        ended_at=datetime.now(UTC) if status else None,
    )
    save_record(places, record)
    workspace = places.workspace(run, "1")
    await open_workspace(repo, workspace, "HEAD")
    (places.target(run, "1")).mkdir()
    (places.target(run, "1") / "built").write_bytes(b"x" * 2_000_000)
    sh_git(repo.root, "update-ref", f"refs/phasewright/{run}/1/1", "HEAD")
    sh_git(repo.root, "branch", record.branch)
    return workspace


def refs(repo: Repository) -> list[str]:
    return sh_git(repo.root, "for-each-ref", "--format=%(refname)").splitlines()


async def three_runs(repo: Repository) -> tuple[Path, Path, Path]:
    return (
        await make_run(repo, "good", RunStatus.SUCCESS),
        await make_run(repo, "bad", RunStatus.FAILED),
        await make_run(repo, "going", None, pid=os.getpid()),
    )


def test_finished_runs_go_others_stay(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, going = asyncio.run(three_runs(repo))

    assert 0 == clean(repo=repo.root)

    assert [False, True, True] == [place.exists() for place in (good, bad, going)]
    assert ["refs/phasewright/bad/1/1", "refs/phasewright/going/1/1"] == [r for r in refs(repo) if "/1/1" in r]
    assert 3 == len([ref for ref in refs(repo) if ref.startswith("refs/heads/phasewright/")])
    assert "removed 2 folders of 1 runs (2 MB) and 1 refs" in capsys.readouterr().out
    assert (Places.of_repository(repo.name).runs / "good/run.json").exists()
    assert 3 == len(sh_git(repo.root, "worktree", "list").splitlines())


def test_all_takes_failed_runs_too_but_never_a_running_one(repo: Repository) -> None:
    good, bad, going = asyncio.run(three_runs(repo))

    assert 0 == clean(repo=repo.root, everything=True)
    assert 0 == clean(repo=repo.root, everything=True)

    assert [False, False, True] == [place.exists() for place in (good, bad, going)]


def test_dry_run_removes_nothing(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    good, _, _ = asyncio.run(three_runs(repo))
    before = refs(repo)

    assert 0 == clean(repo=repo.root, dry_run=True)

    assert (True, before) == (good.exists(), refs(repo))
    assert capsys.readouterr().out.startswith("would remove 2 folders of 1 runs")
