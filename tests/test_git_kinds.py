"""The whole way, from workspace to delivery, in repositories of every kind."""

import os
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git

from phasewright.errors import PreflightFailed
from phasewright.git.candidate import commit_candidate
from phasewright.git.delivery import deliver_fast_forward
from phasewright.git.history import changed_files, head_commit
from phasewright.git.landing import (
    commit_tree,
    create_branch,
    landed_with_key,
    landing_message,
    merge_tree,
    move_branch,
)
from phasewright.git.notes import attach_note, read_note
from phasewright.git.repository import Repository, find_repository
from phasewright.git.workspace import close_workspace, open_workspace

FILES: dict[str, str | bytes | None] = {"src/a.rs": "a\n", "b": "b\n"}
BRANCH = "phasewright/plan/run"


def plain(folder: Path) -> Path:
    return make_repository(folder / "repo", FILES)


def sha256(folder: Path) -> Path:
    (folder / "repo").mkdir()
    sh_git(folder / "repo", "init", "-q", "-b", "main", "--object-format=sha256")
    commit_files(folder / "repo", FILES)
    return folder / "repo"


def submodule(folder: Path) -> Path:
    inner, outer = make_repository(folder / "inner", FILES), make_repository(folder / "outer", {"x": "x\n"})
    sh_git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    return outer / "sub"


def shallow(folder: Path) -> Path:
    root = make_repository(folder / "full", {"old": "o\n"})
    commit_files(root, FILES)
    sh_git(folder, "clone", "-q", "--depth=1", f"file://{root}", "repo")
    return folder / "repo"


def linked(folder: Path) -> Path:
    root = make_repository(folder / "full", FILES)
    sh_git(root, "worktree", "add", "-q", "-b", "side", str(folder / "linked"))
    return folder / "linked"


def detached(folder: Path) -> Path:
    root = plain(folder)
    sh_git(root, "checkout", "-q", "--detach")
    return root


def sparse(folder: Path) -> Path:
    root = make_repository(folder / "repo", {**FILES, "far/away/x": "x\n"})
    sh_git(root, "sparse-checkout", "set", "src")
    return root


def packed(folder: Path) -> Path:
    root = plain(folder)
    sh_git(root, "gc", "-q")
    return root


def line_endings(folder: Path) -> Path:
    root = plain(folder)
    sh_git(root, "config", "core.autocrlf", "true")
    return root


def odd_path(folder: Path) -> Path:
    (folder / "a b é '\"$(x)").mkdir()
    return plain(folder / "a b é '\"$(x)")


def hostile_config(folder: Path) -> Path:
    """What users have in their configuration without harm to git, but with harm to a program that reads its output."""
    root = plain(folder)
    for name, value in {
        "color.ui": "always",
        "core.pager": "false",
        "log.showSignature": "true",
        "log.decorate": "full",
        "status.short": "true",
        "status.relativePaths": "true",
        "diff.external": "false",
        "diff.noprefix": "true",
        "diff.renames": "copies",
        "commit.gpgsign": "true",
        "commit.cleanup": "verbatim",
        "i18n.commitEncoding": "latin1",
        "i18n.logOutputEncoding": "latin1",
        "core.quotePath": "true",
        "merge.conflictStyle": "zdiff3",
        "worktree.useRelativePaths": "true",
        "core.logAllRefUpdates": "always",
        "core.fsmonitor": "true",
        "push.gpgSign": "true",
    }.items():
        sh_git(root, "config", name, value)
    return root


KINDS = [
    plain, sha256, submodule, shallow, linked, detached, sparse, packed, line_endings, odd_path, hostile_config,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_whole_way(tmp_path: Path, kind) -> None:
    repo = await find_repository(kind(tmp_path))
    base = await head_commit(repo)
    landed = await one_phase(repo, tmp_path / "state/w é/phase-1", base)

    await deliver_fast_forward(repo, expected_head=base, tip=landed, intent=tmp_path / "state/intent")

    assert landed == await head_commit(repo)
    changed = await changed_files(repo, base, landed)
    assert (["new é.rs"], ["src/a.rs"], ["b"]) == (
        [file.path for file in changed.created],
        [file.path for file in changed.modified],
        [file.path for file in changed.deleted],
    )
    assert "" == sh_git(repo.root, "-c", "core.fsmonitor=false", "-c", "color.ui=never", "status", "--porcelain")
    assert "größer\n" == await read_note(repo, landed)


async def one_phase(repo: Repository, place: Path, base: str) -> str:
    await create_branch(repo, BRANCH, base)
    await open_workspace(repo, place, base)
    (place / "src/a.rs").write_text("changed\n")
    (place / "new é.rs").write_text("new\n")
    (place / "b").unlink()
    made = await commit_candidate(repo, place, base, message="phase\n", ref="refs/phasewright/run/1/1", plan_lists=())
    assert (made.commit is not None, ()) == (True, made.left_out)
    tree = await merge_tree(repo, base, str(made.commit))
    message = landing_message("Land é", plan="p é", phase="1", run="run", attempt=1, key="phase-aa", gate="COMPLETE")
    landed = await commit_tree(repo, tree, base, message)
    await move_branch(repo, BRANCH, base, landed)
    await attach_note(repo, landed, "größer\n")
    await close_workspace(repo, place)
    assert landed == await landed_with_key(repo, BRANCH, "phase-aa")
    return landed


async def test_too_old_git_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "git"
    old.write_text("#!/bin/sh\necho git version 2.34.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(PreflightFailed, match=r"git 2\.34\.1 is too old: install git 2\.38"):
        await find_repository(tmp_path)
