"""Questions to a repository are answered from commits, whatever lies around."""

import os
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git, write

from phasewright.errors import NotARepository, PreflightFailed, UsageError
from phasewright.git.history import (
    changed_files,
    current_branch,
    dirty_paths,
    head_commit,
    is_ancestor,
    read_file,
    resolve,
    tree_of,
)
from phasewright.git.repository import find_repository


async def test_repository_is_found_from_a_file_in_a_subfolder(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"src/a.rs": "a\n"})

    found = await find_repository(root / "src/a.rs")

    assert (root, root / ".git") == (found.root, found.git_dir)
    assert found.name.startswith("repo-") and len(found.name) == len("repo-") + 8


async def test_linked_work_tree_shares_the_name_but_has_its_own_head(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"a": "a\n"})
    sh_git(root, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    newer = commit_files(tmp_path / "linked", {"a": "b\n"})

    main, linked = await find_repository(root), await find_repository(tmp_path / "linked")

    assert main.git_dir == linked.git_dir
    assert main.name.split("-")[-1] == linked.name.split("-")[-1]
    assert newer == await head_commit(linked) != await head_commit(main)
    assert ("main", "other") == (await current_branch(main), await current_branch(linked))


async def test_no_repository_bare_repository_and_no_commit_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    sh_git(tmp_path, "init", "-q", "--bare", "bare")
    sh_git(tmp_path, "init", "-q", "unborn")

    with pytest.raises(NotARepository):
        await find_repository(tmp_path / "plain")
    with pytest.raises(UsageError, match="no work tree"):
        await find_repository(tmp_path / "bare")
    with pytest.raises(PreflightFailed, match="no commit yet"):
        await head_commit(await find_repository(tmp_path / "unborn"))


@pytest.mark.parametrize("revision", ["nothing", "--all", "-h", "", "HEAD:a", "HEAD^{tree}", "a\nb", "HEAD~9"])
async def test_bad_revision_is_a_usage_error(tmp_path: Path, revision: str) -> None:
    repo = await find_repository(make_repository(tmp_path / "repo", {"a": "a\n"}))

    with pytest.raises(UsageError):
        await resolve(repo, revision)


async def test_revisions_trees_and_ancestors(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"a": "a\n"})
    repo = await find_repository(root)
    first = await head_commit(repo)
    second = commit_files(root, {"a": "b\n"})

    assert (first, second) == (await resolve(repo, "HEAD~1"), await resolve(repo, "main"))
    assert sh_git(root, "rev-parse", "HEAD^{tree}") == await tree_of(repo, second)
    assert [True, False, True, False] == [
        await is_ancestor(repo, first, second),
        await is_ancestor(repo, second, first),
        await is_ancestor(repo, first, first),
        await is_ancestor(repo, "0123456789" * 4, second),
    ]


async def test_changed_files_carry_their_line_counts(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"gone": "1\n2\n", "kept": "k\n", "moved": "m\n" * 9, "same": "s"})
    base = sh_git(root, "rev-parse", "HEAD")
    changes: dict[str, str | bytes | None] = {
        "gone": None,
        "kept": "k\nl",
        "moved": None,
        "there": "m\n" * 9,
        "bin": b"\0\n\n",
        "empty": "",
    }
    head = commit_files(root, changes)

    found = await changed_files(await find_repository(root), base, head)

    assert [("bin", 0), ("empty", 0), ("there", 9)] == [(f.path, f.lines) for f in found.created]
    assert [("kept", 2)] == [(f.path, f.lines) for f in found.modified]
    assert [("gone", 0), ("moved", 0)] == [(f.path, f.lines) for f in found.deleted]


async def test_odd_names_survive(tmp_path: Path) -> None:
    names = ["with space", "new\nline", "tab\t", "é", "-dash", ":(glob)*", '"quoted"', os.fsdecode(b"caf\xe9")]
    root = make_repository(tmp_path / "repo", {"a": "a\n"})
    repo = await find_repository(root)
    base = await head_commit(repo)
    head = commit_files(root, {name: f"{i}\n" for i, name in enumerate(names)})

    assert [f"{i}\n".encode() for i in range(len(names))] == [await read_file(repo, head, name) for name in names]
    readable = {file.path for file in (await changed_files(repo, base, head)).created}
    assert {*names[:-1], "caf\\xe9"} == readable


async def test_read_file_knows_no_folder_and_no_missing_file(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"src/a": "a\n", "x missing": "not\n", "empty": ""})
    repo = await find_repository(root)
    head = await head_commit(repo)

    assert (None, None, None, b"") == (
        await read_file(repo, head, "src"),
        await read_file(repo, head, "none"),
        await read_file(repo, head, "x"),
        await read_file(repo, head, "empty"),
    )
    assert b"not\n" == await read_file(repo, head, "x missing")


async def test_dirty_paths_leave_out_what_is_expected(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"a": "a\n", "b": "b\n", ".gitignore": "ignored\n"})
    repo = await find_repository(root)
    assert [] == await dirty_paths(repo)

    write(root, {"a": "x\n", "b": None, "ignored": "", "new/one": "", ".ai/logs/l.md": "", ".ai/plans/p.md": ""})

    assert ["a", "b", "new/one"] == await dirty_paths(repo, [".ai/logs/", ".ai/plans/p.md"])
