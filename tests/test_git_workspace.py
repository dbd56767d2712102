"""A workspace is a clean work tree of its commit, whatever was there before."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git, state_of, write

from phasewright.git.command import find_entry, git
from phasewright.git.repository import Repository, find_repository
from phasewright.git.workspace import close_workspace, open_workspace
from phasewright.sandbox.ownership import SPARE_ID, hand_over


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    return await find_repository(make_repository(tmp_path / "repo", {"src/a.rs": "a\n", "b": "b\n"}))


def contents(place: Path) -> dict[str, str]:
    files = (p for p in place.rglob("*") if p.is_file() and p.name != ".git")
    return {str(file.relative_to(place)): file.read_text() for file in sorted(files)}


async def test_workspace_holds_the_commit_and_the_users_tree_is_untouched(repo: Repository, tmp_path: Path) -> None:
    before = state_of(repo.root)
    place = tmp_path / "state/workspaces/phase-1"

    await open_workspace(repo, place, "HEAD")

    assert {"b": "b\n", "src/a.rs": "a\n"} == contents(place)
    assert "" == sh_git(place, "status", "--porcelain")
    assert before == state_of(repo.root)


async def test_opening_again_undoes_everything(repo: Repository, tmp_path: Path) -> None:
    place = tmp_path / "w"
    first = sh_git(repo.root, "rev-parse", "HEAD")
    second = commit_files(repo.root, {"b": "c\n", "new": "n\n"})
    await open_workspace(repo, place, second)
    write(place, {"b": "bad\n", "src/a.rs": None, "junk/deep/x": "x\n"})
    sh_git(place / "junk", "init", "-q")
    (place / "locked").mkdir(mode=0)

    await open_workspace(repo, place, first)

    assert {"b": "b\n", "src/a.rs": "a\n"} == contents(place)
    assert [".git", "b", "src"] == sorted(os.listdir(place))
    assert first == sh_git(place, "rev-parse", "HEAD")


async def folder_gone(repo: Repository, place: Path) -> None:
    shutil.rmtree(place)


async def entry_gone(repo: Repository, place: Path) -> None:
    shutil.rmtree(repo.git_dir / "worktrees" / place.name)


async def half_made(repo: Repository, place: Path) -> None:
    entry = repo.git_dir / "worktrees" / place.name
    (entry / "commondir").write_text("")
    (entry / "locked").write_text("initializing")
    (place / ".git").unlink()


async def nameless(repo: Repository, place: Path) -> None:
    entry = repo.git_dir / "worktrees" / place.name
    (entry / "gitdir").unlink()
    (entry / "commondir").write_text("")


async def stale_locks(repo: Repository, place: Path) -> None:
    entry = repo.git_dir / "worktrees" / place.name
    for name in ("index.lock", "HEAD.lock"):
        (entry / name).write_text("")


async def foreign_pointer(repo: Repository, place: Path) -> None:
    (place / ".git").write_text("gitdir: /tmp/evil\n")


async def a_file_instead(repo: Repository, place: Path) -> None:
    shutil.rmtree(place)
    place.write_text("")


@pytest.mark.parametrize(
    "damage", [folder_gone, entry_gone, half_made, nameless, stale_locks, foreign_pointer, a_file_instead]
)
async def test_leftovers_of_a_crash_are_recovered(repo: Repository, tmp_path: Path, damage) -> None:
    place = tmp_path / "w"
    await open_workspace(repo, place, "HEAD")
    await damage(repo, place)

    await open_workspace(repo, place, "HEAD")

    assert {"b": "b\n", "src/a.rs": "a\n"} == contents(place)
    assert "" == sh_git(place, "status", "--porcelain")
    assert 2 == len((await git(repo, "worktree", "list", "--porcelain")).split("\n\n")) - 1


async def test_many_open_at_once(repo: Repository, tmp_path: Path) -> None:
    places = [tmp_path / f"w/{i}" for i in range(12)]

    await asyncio.gather(*(open_workspace(repo, place, "HEAD") for place in places))

    assert [{"b": "b\n", "src/a.rs": "a\n"}] * 12 == [contents(place) for place in places]


async def test_closing_leaves_nothing_and_may_be_repeated(repo: Repository, tmp_path: Path) -> None:
    place = tmp_path / "w"
    await open_workspace(repo, place, "HEAD")
    (place / "no").mkdir(mode=0)

    await close_workspace(repo, place)
    await close_workspace(repo, place)

    assert not place.exists()
    assert find_entry(repo, place) is None
    assert not list(repo.git_dir.glob("worktrees/*"))


async def test_no_hook_runs(repo: Repository, tmp_path: Path) -> None:
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        hook = repo.git_dir / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/ran\n")
        hook.chmod(0o755)

    await open_workspace(repo, tmp_path / "w", "HEAD")
    await open_workspace(repo, tmp_path / "w", "HEAD")

    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over")
async def test_workspace_that_was_handed_over_stays_so(repo: Repository, tmp_path: Path) -> None:
    place = tmp_path / "w"
    await open_workspace(repo, place, "HEAD")
    hand_over(place)
    write(place, {"b": "bad\n"})

    await open_workspace(repo, place, "HEAD")

    assert {SPARE_ID} == {path.lstat().st_uid for path in [place, *place.rglob("*")]}
    assert "" == sh_git(place, "status", "--porcelain")
