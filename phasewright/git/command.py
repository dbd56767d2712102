"""The one way git is called on a repository: fixed settings, explicit git dir, deadline, no hooks."""

import os
from collections.abc import Mapping
from pathlib import Path

from phasewright.errors import CommandFailed
from phasewright.git.environment import git_argv, git_environment
from phasewright.git.repository import Repository
from phasewright.process import Finished, run

_KEEP_BYTES = 256_000_000  # git's answers are parsed, so they are kept whole
_DURABLE = frozenset(
    {"add", "write-tree", "commit-tree", "update-ref", "merge-tree", "hash-object", "notes", "pack-objects"}
)


async def git(
    repo: Repository,
    *args: str,
    stdin: bytes = b"",
    ok: tuple[int, ...] = (0,),
    index: Path | None = None,
    work_tree: Path | None = None,
    env: Mapping[str, str] | None = None,
    deadline_seconds: float = 120,
) -> str:
    """Run git and return its standard output; bytes that are not UTF-8 become surrogates, as in `os.fsdecode`.

    Args:
        ok: exit codes that are an answer.
        index: a private index file instead of the work tree's.
        work_tree: where git sees files; None opens the repository as a bare one, so that nothing that merely lies
            in the user's tree (an untracked `.gitattributes`) changes a result.
        env: added to the fixed environment.

    Raises:
        CommandFailed: any other exit code, or the deadline.
    """
    finished = await run_git(
        repo, *args, stdin=stdin, index=index, work_tree=work_tree, env=env, deadline_seconds=deadline_seconds
    )
    return finished.expect(*ok).stdout.decode("utf-8", "surrogateescape")


async def git_bytes(
    repo: Repository, *args: str, stdin: bytes = b"", ok: tuple[int, ...] = (0,), deadline_seconds: float = 120
) -> bytes:
    """Do what `git` does, for output that is not text."""
    finished = await run_git(repo, *args, stdin=stdin, deadline_seconds=deadline_seconds)
    return finished.expect(*ok).stdout


async def run_git(
    repo: Repository,
    *args: str,
    stdin: bytes = b"",
    index: Path | None = None,
    work_tree: Path | None = None,
    git_dir: Path | None = None,
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    deadline_seconds: float = 120,
) -> Finished:
    """Run git and return how it ended, whatever its exit code.

    Raises:
        CommandFailed: it cannot be started, or passed its deadline.
    """
    chosen = {"core.bare": "false" if work_tree else "true", **_durability(args[0]), **(settings or {})}
    place = {"GIT_DIR": str(git_dir or git_dir_of(repo, work_tree))}
    if work_tree:
        place["GIT_WORK_TREE"] = str(work_tree)
    if index:
        place["GIT_INDEX_FILE"] = str(index)
    finished = await run(
        git_argv(*args, settings=chosen),
        cwd=work_tree or repo.git_dir,
        env=git_environment({**place, **(env or {})}),
        deadline_seconds=deadline_seconds,
        stdin=stdin,
        split=True,
        keep_bytes=_KEEP_BYTES,
        output_limit_bytes=2 * _KEEP_BYTES,
    )
    short = finished.model_copy(update={"argv": ("git", *args)})
    if short.exit_code is None:
        raise CommandFailed(short.argv, None, f"ended by us after {finished.duration_seconds:.0f} s")
    return short


def git_dir_of(repo: Repository, work_tree: Path | None) -> Path:
    """Return the git dir of *work_tree*: never read from the `.git` file in it, which is the agent's to change.

    Raises:
        CommandFailed: the repository knows no such work tree.
    """
    if work_tree is None or work_tree == repo.root:
        return repo.head_dir
    entry = find_entry(repo, work_tree)
    if entry is None:
        raise CommandFailed(
            ("git", "worktree"), None, f"{str(work_tree)!r} is not a work tree of {str(repo.git_dir)!r}"
        )
    return entry


def find_entry(repo: Repository, work_tree: Path) -> Path | None:
    """Return the folder in the common git dir that describes *work_tree*; None when there is none."""
    wanted = os.path.join(os.path.realpath(work_tree.parent), work_tree.name, ".git")  # noqa: PTH118 one text
    for file in sorted(repo.git_dir.glob("worktrees/*/gitdir")):
        try:
            text = file.read_text("utf-8", "surrogateescape").removesuffix("\n")
        except OSError:
            continue
        if text == wanted:
            return file.parent
    return None


def _durability(verb: str) -> dict[str, str]:
    """Only what a landing rests on is flushed to the disk: it costs 70 ms a commit (measured)."""
    if verb not in _DURABLE:
        return {}
    return {"core.fsync": "all", "core.fsyncMethod": "batch" if verb == "add" else "fsync"}
