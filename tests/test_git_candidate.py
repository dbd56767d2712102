"""A candidate commit holds what an agent made, and nothing that must not be in a repository."""

import os
from pathlib import Path

import pytest
from support_git import make_repository, sh_git, write

from phasewright.git.candidate import LARGE_FILE_BYTES, Candidate, commit_candidate
from phasewright.git.command import git_dir_of
from phasewright.git.repository import Repository, find_repository
from phasewright.git.workspace import open_workspace

REF = "refs/phasewright/run/1/1"


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    files: dict[str, str | bytes | None] = {
        "src/a.rs": "a\n",
        "b": "b\n",
        "c/d": "d\n",
        ".gitignore": "/target\n*.gen\n",
    }
    return await find_repository(make_repository(tmp_path / "repo", dict(files)))


@pytest.fixture
async def place(repo: Repository, tmp_path: Path) -> Path:
    await open_workspace(repo, tmp_path / "w", "HEAD")
    return tmp_path / "w"


async def take(repo: Repository, place: Path, *plan_lists: str) -> Candidate:
    return await commit_candidate(repo, place, "HEAD", message="phase 1\n", ref=REF, plan_lists=plan_lists)


def changes(repo: Repository, candidate: Candidate) -> list[str]:
    assert candidate.commit is not None
    return sh_git(repo.root, "diff-tree", "-r", "--no-renames", "--name-status", "HEAD", candidate.commit).splitlines()


async def test_every_kind_of_change_is_committed(repo: Repository, place: Path) -> None:
    write(place, {"src/a.rs": "changed\n", "b": None, "c/d": None, "new/x": "x\n"})
    (place / "c").rmdir()
    (place / "c").write_text("a file where a folder was\n")
    (place / "tool").write_text("#!/bin/sh\n")
    (place / "tool").chmod(0o755)
    (place / "link").symlink_to("src/a.rs")
    index = (git_dir_of(repo, place) / "index").read_bytes()

    candidate = await take(repo, place)

    expected = ["D\tb", "A\tc", "D\tc/d", "A\tlink", "A\tnew/x", "M\tsrc/a.rs", "A\ttool"]
    assert expected == changes(repo, candidate)
    assert () == candidate.left_out
    assert candidate.commit == sh_git(repo.root, "rev-parse", REF)
    assert sh_git(repo.root, "rev-parse", "HEAD") == sh_git(repo.root, "rev-parse", f"{REF}^@")
    assert "100755" == sh_git(repo.root, "ls-tree", REF, "tool").split()[0]
    assert index == (git_dir_of(repo, place) / "index").read_bytes()


async def test_nothing_changed_is_no_commit(repo: Repository, place: Path) -> None:
    write(place, {"target/x": "built\n", "b": "b\n"})

    assert Candidate(commit=None) == await take(repo, place)


async def test_ignored_file_is_committed_when_the_plan_lists_it(repo: Repository, place: Path) -> None:
    write(place, {"a.gen": "x\n", "b.gen": "x\n"})

    assert ["A\ta.gen"] == changes(repo, await take(repo, place, "a.gen"))


async def test_nested_repository_is_left_out_and_the_rest_is_kept(repo: Repository, place: Path) -> None:
    write(place, {"good": "g\n", "inner/x": "x\n", "other/y": "y\n"})
    sh_git(place / "inner", "init", "-q")
    sh_git(place / "other", "init", "-q")
    sh_git(place / "other", "add", "-A")
    sh_git(place / "other", "commit", "-qm", "inner")

    candidate = await take(repo, place)

    assert ["A\tgood"] == changes(repo, candidate)
    assert ["inner/", "other/"] == [path for path, _ in candidate.left_out]


async def test_config_of_a_nested_repository_is_never_obeyed(repo: Repository, place: Path, tmp_path: Path) -> None:
    write(place, {"inner/x": "x\n"})
    sh_git(place / "inner", "init", "-q")
    for name in ("core.fsmonitor", "filter.x.clean", "diff.external", "core.sshCommand"):
        sh_git(place / "inner", "config", name, f"touch {tmp_path}/ran")
    write(place, {".gitattributes": "* filter=x diff=x\n", "src/a.rs": "b\n"})

    await take(repo, place)

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside", "src/../../x", ".git", ".git/config", "out/x"])
async def test_link_that_leaves_the_tree_is_left_out(
    repo: Repository, place: Path, target: str, tmp_path: Path
) -> None:
    (place / "bad").symlink_to(target)
    (place / "good").symlink_to("src/../b")
    os.symlink(tmp_path, place / "out")

    candidate = await take(repo, place)

    assert ["A\tgood"] == changes(repo, candidate)
    assert ["bad", "out"] == [path for path, _ in candidate.left_out]


async def test_large_file_needs_the_plan(repo: Repository, place: Path) -> None:
    write(place, {"big": b"x" * (LARGE_FILE_BYTES + 1), "fits": b"x" * LARGE_FILE_BYTES})

    refused, taken = await take(repo, place), await take(repo, place, "big")

    assert ["A\tfits"] == changes(repo, refused)
    assert [("big", "10.0 MB: files over 10 MB need to be listed in the plan")] == list(refused.left_out)
    assert ["A\tbig", "A\tfits"] == changes(repo, taken)


async def test_odd_names_and_things_that_are_no_files(repo: Repository, place: Path) -> None:
    odd = os.fsdecode(b"caf\xe9\n")
    write(place, {odd: "1\n", "-n": "2\n", ":x": "3\n"})
    os.mkfifo(place / "pipe")
    (place / "git~1").write_text("4\n")
    (place / ".Git").write_text("5\n")

    candidate = await take(repo, place)

    names = sh_git(repo.root, "diff-tree", "-r", "-z", "--name-only", "HEAD", str(candidate.commit)).split("\0")
    assert {odd, "-n", ":x", ""} == set(names)
    assert [".Git", "git~1"] == [path for path, _ in candidate.left_out]


async def test_work_inside_a_submodule_is_told(repo: Repository, place: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"x": "x\n"})
    sh_git(repo.root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    sh_git(repo.root, "commit", "-qm", "sub")
    await open_workspace(repo, place, "HEAD")
    write(place, {"sub/mine": "lost\n", "b": "changed\n"})

    candidate = await take(repo, place)

    assert ["M\tb"] == changes(repo, candidate)
    assert ["sub"] == [path.rstrip("/") for path, _ in candidate.left_out]


async def test_pointer_of_the_workspace_is_not_believed(repo: Repository, place: Path, tmp_path: Path) -> None:
    evil = make_repository(tmp_path / "evil", {"x": "x\n"})
    sh_git(evil, "config", "core.fsmonitor", f"touch {tmp_path}/ran")
    (place / ".git").write_text(f"gitdir: {evil}/.git\n")
    write(place, {"good": "g\n"})

    candidate = await take(repo, place)

    assert ["A\tgood"] == changes(repo, candidate)
    assert not (tmp_path / "ran").exists()


async def test_hooks_signing_and_a_missing_identity_are_no_obstacle(repo: Repository, place: Path) -> None:
    sh_git(repo.root, "config", "commit.gpgsign", "true")
    sh_git(repo.root, "config", "user.name", "Some One")
    write(place, {"good": "g\n"})

    await take(repo, place)

    name, email = sh_git(repo.root, "log", "-1", "--format=%an|%ae", REF).split("|")
    assert "Some One" == name
    assert email
