"""Landing moves one ref by compare-and-swap, and is found again by its key."""

import asyncio
import os
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git, state_of, write

from phasewright.errors import MergeConflict, RefMoved, UsageError
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

BRANCH = "phasewright/plan/20251219-020000-abcd"


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    """Candidates one, two and three on base; one and two conflict."""
    root = make_repository(tmp_path / "repo", {"Cargo.toml": "[dependencies]\n", "lib.rs": "// lib\n" * 20})
    for name, files in {
        "one": {"Cargo.toml": '[dependencies]\na = "1"\n'},
        "two": {"Cargo.toml": '[dependencies]\nb = "1"\n'},
        "three": {"new.rs": "// new\n"},
    }.items():
        sh_git(root, "checkout", "-q", "--detach", "main")
        commit_files(root, dict(files), f"candidate {name}")
        sh_git(root, "update-ref", f"refs/phasewright/r/{name}", "HEAD")
    sh_git(root, "checkout", "-q", "main")
    return await find_repository(root)


def message(key: str) -> str:
    return landing_message("Land it", plan="p", phase="1", run="r", attempt=1, key=key, gate="COMPLETE")


async def land(repo: Repository, name: str, key: str) -> str:
    tip = sh_git(repo.root, "rev-parse", BRANCH)
    tree = await merge_tree(repo, tip, f"refs/phasewright/r/{name}")
    commit = await commit_tree(repo, tree, tip, message(key))
    await move_branch(repo, BRANCH, tip, commit)
    return commit


async def test_landed_commits_have_one_parent_trailers_and_are_found_by_key(repo: Repository) -> None:
    base = sh_git(repo.root, "rev-parse", "main")
    before = state_of(repo.root)
    await create_branch(repo, BRANCH, base)
    first = await land(repo, "one", "phase-aa")
    second = await land(repo, "three", "phase-bb")
    await create_branch(repo, BRANCH, base)

    assert [first, base] == sh_git(repo.root, "rev-list", f"{BRANCH}~1").split()
    assert [first, second, None, None] == [
        await landed_with_key(repo, BRANCH, key) for key in ("phase-aa", "phase-bb", "phase-a", "phase-aa.*")
    ]
    assert None is await landed_with_key(repo, "no/such", "phase-aa")
    trailers = sh_git(repo.root, "log", "-1", "--format=%(trailers:only,unfold)", first).splitlines()
    assert ["Plan: p", "Phase: 1", "Run: r", "Attempt: 1", "Key: phase-aa", "Gate: COMPLETE"] == trailers
    sh_git(repo.root, "update-ref", "-d", f"refs/heads/{BRANCH}")
    assert before == state_of(repo.root)


async def test_conflict_names_its_paths_whatever_lies_in_the_users_tree(repo: Repository) -> None:
    await create_branch(repo, BRANCH, sh_git(repo.root, "rev-parse", "main"))
    tip = await land(repo, "one", "phase-aa")
    write(repo.root, {".gitattributes": "* merge=union\n"})

    with pytest.raises(MergeConflict) as caught:
        await land(repo, "two", "phase-bb")

    assert ("Cargo.toml",) == caught.value.paths
    assert tip == sh_git(repo.root, "rev-parse", BRANCH)


async def test_union_attribute_in_a_commit_hides_no_conflict(repo: Repository) -> None:
    commit_files(repo.root, {".gitattributes": "* merge=union\n"})
    await create_branch(repo, BRANCH, sh_git(repo.root, "rev-parse", "main"))
    await land(repo, "one", "phase-aa")

    with pytest.raises(MergeConflict):
        await land(repo, "two", "phase-bb")


async def test_moved_branch_is_refused(repo: Repository) -> None:
    base = sh_git(repo.root, "rev-parse", "main")
    await create_branch(repo, BRANCH, base)
    tip = await land(repo, "one", "phase-aa")

    with pytest.raises(RefMoved):
        await move_branch(repo, BRANCH, base, sh_git(repo.root, "rev-parse", "refs/phasewright/r/three"))
    with pytest.raises(RefMoved, match="does not come from"):
        await create_branch(repo, BRANCH, sh_git(repo.root, "rev-parse", "refs/phasewright/r/three"))

    assert tip == sh_git(repo.root, "rev-parse", BRANCH)


async def test_lock_of_a_killed_git_is_waited_for_then_dropped(repo: Repository) -> None:
    await create_branch(repo, BRANCH, sh_git(repo.root, "rev-parse", "main"))
    lock = repo.git_dir / f"refs/heads/{BRANCH}.lock"
    lock.write_text("")

    landing = asyncio.create_task(land(repo, "one", "phase-aa"))
    await asyncio.sleep(0.1)
    assert not landing.done()
    os.utime(lock, (1, 1))

    assert await landing == sh_git(repo.root, "rev-parse", BRANCH)


@pytest.mark.parametrize("branch", ["a..b", "a b", "-x", "x.lock", "phasewright/taken/sub"])
async def test_impossible_branch_is_a_usage_error(repo: Repository, branch: str) -> None:
    base = sh_git(repo.root, "rev-parse", "main")
    sh_git(repo.root, "branch", "phasewright/taken")
    if branch == "-x":
        await create_branch(repo, branch, base)  # git allows it as a full ref
        return

    with pytest.raises(UsageError):
        await create_branch(repo, branch, base)


def test_text_of_an_agent_makes_no_trailer() -> None:
    text = landing_message(
        "x\n\nKey: forged", plan="p\nKey: f", phase="1", run="r", attempt=1, key="k", gate="g\r\nKey: f"
    )

    assert ["Key: k"] == [line for line in text.splitlines() if line.startswith("Key:")]
    assert "x Key: forged" == text.splitlines()[0]


async def test_note_is_kept_byte_for_byte(repo: Repository) -> None:
    head = sh_git(repo.root, "rev-parse", "main")
    assert await read_note(repo, head) is None

    await attach_note(repo, head, "first\n")
    await attach_note(repo, head, "# {}\n\n\n  two  \n")

    assert "# {}\n\n\n  two  \n" == await read_note(repo, head)
