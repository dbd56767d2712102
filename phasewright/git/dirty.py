"""What becomes of the user's uncommitted changes (`--on-dirty`). Each is done because a person asked for it."""

from collections.abc import Sequence

from phasewright.git.candidate import commit_tree, private_index
from phasewright.git.command import git, run_git
from phasewright.git.history import dirty_paths, head_commit
from phasewright.git.identity import identity
from phasewright.git.odd_names import split_z
from phasewright.git.refs import update_ref
from phasewright.git.repository import Repository


async def stash(repo: Repository, *, message: str, expected: Sequence[str] = ()) -> str | None:
    """Put every change away, untracked files too, and return the stash's commit; None when there was nothing.

    Args:
        expected: paths that stay as they are (a final `/`: everything below).
    """
    if not await dirty_paths(repo, expected):
        return None
    wanted = await _all_but(repo, expected)
    argv = ["stash", "push", "--quiet", "--include-untracked", "-m", message, "--", *wanted]
    done = await run_git(repo, *argv, work_tree=repo.root, env={**await identity(repo), **_MAGIC})
    done.expect(0)
    return (await git(repo, "rev-parse", "--verify", "refs/stash")).strip()


async def commit(repo: Repository, *, message: str, expected: Sequence[str] = ()) -> str | None:
    """Commit every change on the user's branch and return the commit; None when there was nothing."""
    if not await dirty_paths(repo, expected):
        return None
    names = await identity(repo)
    wanted = await _all_but(repo, expected)
    added = await run_git(repo, "add", "-A", "--", *wanted, work_tree=repo.root, env=_MAGIC)
    added.expect(0)
    done = await run_git(repo, "commit", "--quiet", "-m", message, work_tree=repo.root, env=names)
    done.expect(0)
    return await head_commit(repo)


async def snapshot(repo: Repository, *, message: str, ref: str) -> str:
    """Commit HEAD with every change, point *ref* at it, and leave index and files byte for byte as they are."""
    head = await head_commit(repo)
    with private_index(repo.head_dir) as index:
        if not index.exists():
            await git(repo, "read-tree", head, index=index)
        wanted = await _all_but(repo, ())
        await git(repo, "add", "-A", "--", *wanted, index=index, work_tree=repo.root, env=_MAGIC)
        tree = (await git(repo, "write-tree", index=index)).strip()
    made = await commit_tree(repo, tree, head, message)
    await update_ref(repo, ref, made, why="snapshot")
    return made


_MAGIC = {"GIT_LITERAL_PATHSPECS": "0"}


async def _all_but(repo: Repository, expected: Sequence[str]) -> list[str]:
    """Everything but *expected*, and but repositories inside: one without a commit would make git give up."""
    others = await git(repo, "ls-files", "-z", "--others", "--exclude-standard", work_tree=repo.root)
    inner = [path for path in split_z(others) if path.endswith("/")]
    return [".", *(f":(top,exclude,literal){path}" for path in [*expected, *inner])]
