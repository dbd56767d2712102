"""A user's uncommitted changes go where the user asked, and nowhere else."""

import hashlib
from pathlib import Path

import pytest
from support_git import make_repository, sh_git, write

from phasewright.git.dirty import commit, snapshot, stash
from phasewright.git.repository import Repository, find_repository

EXPECTED = (".ai/plan.md", ".ai/logs/")


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    files: dict[str, str | bytes | None] = {"a": "a\n", "b": "b\n", ".gitignore": "ig\n", ".ai/plan.md": "plan\n"}
    root = make_repository(tmp_path / "repo", files)
    write(
        root, {"a": "changed\n", "b": "staged\n", "new": "n\n", "ig": "x\n", ".ai/plan.md": "p2\n", ".ai/logs/l": "l\n"}
    )
    sh_git(root, "add", "b")
    return await find_repository(root)


def status(repo: Repository) -> list[str]:
    return sh_git(repo.root, "status", "--porcelain", "-uall").splitlines()


async def test_snapshot_holds_everything_and_touches_nothing(repo: Repository) -> None:
    def seen() -> tuple[str, list[str]]:
        return hashlib.sha256((repo.git_dir / "index").read_bytes()).hexdigest(), status(repo)

    before = seen()

    made = await snapshot(repo, message="snapshot", ref="refs/phasewright/r/snapshot")

    assert before == seen()
    assert made == sh_git(repo.root, "rev-parse", "refs/phasewright/r/snapshot")
    names = sh_git(repo.root, "diff-tree", "-r", "--name-only", "HEAD", made).splitlines()
    assert [".ai/logs/l", ".ai/plan.md", "a", "b", "new"] == names


async def test_stash_puts_everything_away_but_what_is_expected(repo: Repository) -> None:
    assert await stash(repo, message="before a run", expected=EXPECTED)

    assert ["M .ai/plan.md", "?? .ai/logs/l"] == status(repo)
    sh_git(repo.root, "stash", "pop", "-q")
    assert ("changed\n", "n\n") == ((repo.root / "a").read_text(), (repo.root / "new").read_text())


async def test_commit_takes_everything_but_what_is_expected(repo: Repository) -> None:
    made = await commit(repo, message="Work so far", expected=EXPECTED)

    assert ["M .ai/plan.md", "?? .ai/logs/l"] == status(repo)
    assert (made, "main") == (sh_git(repo.root, "rev-parse", "HEAD"), sh_git(repo.root, "branch", "--show-current"))


async def test_clean_tree_is_nothing_to_do(repo: Repository) -> None:
    await commit(repo, message="all")

    assert (None, None) == (await commit(repo, message="again"), await stash(repo, message="again"))


async def test_repositories_inside_are_left_as_they_are(repo: Repository) -> None:
    """One without a commit makes `git add -A` give up; one with a commit would become a link to nowhere."""
    write(repo.root, {"inner/x": "x\n", "other/y": "y\n"})
    sh_git(repo.root / "inner", "init", "-q")
    make_repository(repo.root / "other", {"z": "z\n"})

    made = await snapshot(repo, message="snapshot", ref="refs/phasewright/r/snapshot")
    await stash(repo, message="before a run")

    assert "other" not in sh_git(repo.root, "ls-tree", "-r", "--name-only", made)
    assert ("x\n", "z\n") == ((repo.root / "inner/x").read_text(), (repo.root / "other/z").read_text())
    assert ["?? inner/", "?? other/"] == status(repo)
