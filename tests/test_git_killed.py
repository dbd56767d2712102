"""git killed at any moment costs nothing: a landing, a workspace, a delivery are simply done again.

Every PHASEWRIGHT_TORTURE_EVERY-th system call here; `make torture` takes each of them.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git
from support_kill import STRACE, GitOnPath, KillPoint

from phasewright.errors import CommandFailed, RefMoved
from phasewright.git.candidate import commit_candidate
from phasewright.git.delivery import Intent, deliver_fast_forward, finish_delivery
from phasewright.git.landing import (
    commit_tree,
    create_branch,
    landed_with_key,
    landing_message,
    merge_tree,
    move_branch,
)
from phasewright.git.repository import Repository, find_repository
from phasewright.git.workspace import close_workspace, open_workspace

EVERY = int(os.environ.get("PHASEWRIGHT_TORTURE_EVERY", "20"))
BRANCH = "phasewright/plan/run"
DEAD_PID = 2**22 + 1
FILES: dict[str, str | bytes | None] = {"Cargo.toml": "[package]\n", "src/lib.rs": "// lib\n" * 20}
CHANGES: dict[str, str | bytes | None] = {"src/lib.rs": "// new\n" * 9, "src/new.rs": "// added\n", "Cargo.toml": None}

pytestmark = [pytest.mark.skipif(STRACE is None, reason="needs strace"), pytest.mark.timeout(1200)]


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    """Main at base; the branch of a run at base; a candidate one commit ahead of it."""
    root = make_repository(tmp_path / "repo", FILES)
    sh_git(root, "checkout", "-q", "--detach")
    commit_files(root, CHANGES, "candidate")
    sh_git(root, "update-ref", "refs/phasewright/run/1/1", "HEAD")
    sh_git(root, "checkout", "-q", "main")
    found = await find_repository(root)
    await create_branch(found, BRANCH, "refs/heads/main")
    return found


@pytest.fixture
async def shim(tmp_path: Path) -> AsyncIterator[GitOnPath]:
    with GitOnPath(tmp_path / "bin") as installed:
        yield installed


def sample(points: list[KillPoint], offset: int = 0) -> list[KillPoint]:
    return points[offset % EVERY :: EVERY] or points[:1]


def restore(repo: Repository, pristine: Path) -> None:
    shutil.rmtree(repo.root)
    shutil.copytree(pristine, repo.root, symlinks=True)


def assert_sound(repo: Repository) -> None:
    sh_git(repo.root, "fsck", "--strict", "--no-dangling", "--no-reflogs")
    locks = [str(path) for path in repo.git_dir.rglob("*.lock") if not path.name.startswith("phasewright-")]
    assert [] == locks


async def land(repo: Repository) -> str:
    """What the flow does: ask git first, then merge, commit, move."""
    if done := await landed_with_key(repo, BRANCH, "phase-aa"):
        return done
    tip = sh_git(repo.root, "rev-parse", BRANCH)
    tree = await merge_tree(repo, tip, "refs/phasewright/run/1/1")
    message = landing_message("Land", plan="p", phase="1", run="run", attempt=1, key="phase-aa", gate="COMPLETE")
    commit = await commit_tree(repo, tree, tip, message)
    await move_branch(repo, BRANCH, tip, commit)
    return commit


@pytest.mark.parametrize("verb", ["merge-tree", "commit-tree", "pack-objects", "update-ref", "log"])
async def test_killed_landing_is_landed_once(repo: Repository, shim: GitOnPath, tmp_path: Path, verb: str) -> None:
    pristine = tmp_path / "pristine"
    shutil.copytree(repo.root, pristine, symlinks=True)
    shim.trace(verb)
    await land(repo)
    tree = sh_git(repo.root, "rev-parse", f"{BRANCH}^{{tree}}")
    points = shim.points()
    assert len(points) > 10

    for point in sample(points, len(verb)):
        restore(repo, pristine)
        shim.kill(verb, point)
        died = False
        try:
            await land(repo)
        except (CommandFailed, RefMoved):
            died = True
        age_locks(repo)
        await land(repo)
        keys = sh_git(repo.root, "log", "--first-parent", "--format=%(trailers:key=Key,valueonly)", BRANCH).split()

        assert (["phase-aa"], tree) == (keys, sh_git(repo.root, "rev-parse", f"{BRANCH}^{{tree}}")), (point, died)
        assert_sound(repo)


def age_locks(repo: Repository) -> None:
    """Time passes until somebody resumes."""
    for lock in (repo.git_dir / "refs").rglob("*.lock"):
        os.utime(lock, (1, 1))


@pytest.mark.parametrize("verb", ["worktree", "read-tree"])
async def test_killed_workspace_is_made_again(repo: Repository, shim: GitOnPath, tmp_path: Path, verb: str) -> None:
    place = tmp_path / "w"
    shim.trace(verb)
    await open_workspace(repo, place, "HEAD")
    points = shim.points()
    assert len(points) > 10

    for point in sample(points, len(verb)):
        await close_workspace(repo, place)
        shim.kill(verb, point)
        try:
            await open_workspace(repo, place, "HEAD")
        except CommandFailed:
            await open_workspace(repo, place, "HEAD")

        assert "" == sh_git(place, "status", "--porcelain"), point
        assert sorted(map(str, FILES)) == sh_git(place, "ls-files").splitlines()
        assert 2 == len(sh_git(repo.root, "worktree", "list").splitlines()), point
        assert_sound(repo)


@pytest.mark.parametrize("verb", ["update-index", "write-tree", "commit-tree", "pack-objects", "update-ref"])
async def test_killed_candidate_is_committed_again(
    repo: Repository, shim: GitOnPath, tmp_path: Path, verb: str
) -> None:
    place, ref = tmp_path / "w", "refs/phasewright/run/2/1"
    await open_workspace(repo, place, "HEAD")
    (place / "src/more.rs").write_text("// more\n")

    async def commit() -> str:
        made = await commit_candidate(repo, place, "HEAD", message="2\n", ref=ref, plan_lists=())
        return sh_git(repo.root, "rev-parse", f"{made.commit}^{{tree}}")

    shim.trace(verb)
    tree = await commit()
    points = shim.points()

    for point in sample(points, len(verb)):
        shim.kill(verb, point)
        try:
            await commit()
        except CommandFailed:
            age_locks(repo)
            await commit()

        assert tree == sh_git(repo.root, "rev-parse", f"{ref}^{{tree}}"), point
        assert_sound(repo)


@pytest.mark.parametrize("verb", ["read-tree", "update-ref"])
async def test_killed_delivery_is_finished(repo: Repository, shim: GitOnPath, tmp_path: Path, verb: str) -> None:
    await land(repo)
    tip, old = sh_git(repo.root, "rev-parse", BRANCH), sh_git(repo.root, "rev-parse", "main")
    pristine, intent = tmp_path / "pristine", tmp_path / "intent.json"
    shutil.copytree(repo.root, pristine, symlinks=True)

    async def deliver() -> None:
        await deliver_fast_forward(repo, expected_head=old, tip=tip, intent=intent)

    shim.trace(verb)
    await deliver()
    points = shim.points()

    for point in sample(points, len(verb)):
        restore(repo, pristine)
        shim.kill(verb, point)
        try:
            await deliver()
        except Exception:
            # As after a kill of ours: the intent stands, its process is dead, nobody has cleaned up.
            told = Intent(old=old, new=tip, pid=DEAD_PID, started_at=1)
            intent.write_text(told.model_dump_json())
            await finish_delivery(repo, intent)

        assert tip == sh_git(repo.root, "rev-parse", "HEAD") == sh_git(repo.root, "rev-parse", "main"), point
        assert "" == sh_git(repo.root, "status", "--porcelain"), point
        assert_sound(repo)
