"""Phases side by side, and a user who tidies up meanwhile: no workspace and no commit is lost.

One round here; `make torture` takes twenty.
"""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import pytest
from support_git import make_repository, sh_git

from phasewright.errors import InfrastructureError
from phasewright.git.candidate import commit_candidate
from phasewright.git.landing import commit_tree, create_branch, merge_tree, move_branch
from phasewright.git.repository import Repository, find_repository
from phasewright.git.workspace import close_workspace, open_workspace

ROUNDS = 1 if os.environ.get("PHASEWRIGHT_TORTURE_EVERY", "20") != "1" else 20
PHASES = 16
PAUSE = 0.2 if ROUNDS > 1 else 3
TIDY = f"while :; do git gc -q --prune=now; git pack-refs --all; git worktree prune; sleep {PAUSE}; done"
"""What a user, or their editor, may do at any time."""


@pytest.mark.timeout(900)
async def test_phases_side_by_side_with_a_user_who_collects_garbage(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {f"src/{n}.rs": f"// {n}\n" for n in range(20)})
    repo = await find_repository(root)
    tidying = subprocess.Popen(["/bin/sh", "-c", TIDY], cwd=root, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        for round_ in range(ROUNDS):
            await asyncio.gather(*(one_phase(repo, tmp_path / f"w/{n}", round_, n) for n in range(PHASES)))
    finally:
        os.killpg(tidying.pid, signal.SIGTERM)
        tidying.wait()

    refs = sh_git(root, "for-each-ref", "--format=%(refname)", "refs/phasewright").splitlines()
    assert ROUNDS * PHASES == len(refs)
    sh_git(root, "fsck", "--strict", "--no-dangling")
    assert 1 == len(sh_git(root, "worktree", "list").splitlines())


async def one_phase(repo: Repository, place: Path, round_: int, n: int) -> None:
    await open_workspace(repo, place, "HEAD")
    (place / "new.rs").write_text(f"// {round_} {n}\n")
    made = await commit_candidate(
        repo, place, "HEAD", message=f"{n}\n", ref=f"refs/phasewright/{round_}/{n}/1", plan_lists=()
    )
    assert made.commit is not None
    assert "src/7.rs" in sh_git(repo.root, "ls-tree", "-r", "--name-only", made.commit)
    await land(repo, f"phasewright/plan/{round_}-{n}", made.commit)
    await close_workspace(repo, place)


async def land(repo: Repository, branch: str, candidate: str) -> None:
    """What the flow does; it tries infrastructure errors again."""
    base = sh_git(repo.root, "rev-parse", "main")
    await create_branch(repo, branch, base)
    for tries_left in range(9, -1, -1):
        try:
            tree = await merge_tree(repo, base, candidate)
            await move_branch(repo, branch, base, await commit_tree(repo, tree, base, "land\n"))
            break
        except InfrastructureError:
            if not tries_left:
                raise
