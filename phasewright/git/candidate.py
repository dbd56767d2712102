"""What a phase made, as a commit. Made by us, outside the sandbox, from files that an agent wrote: trust nothing."""

import contextlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from phasewright.git.command import git, git_dir_of, run_git
from phasewright.git.history import is_covered, resolve, tree_of
from phasewright.git.identity import identity
from phasewright.git.odd_names import join_z, readable, split_z
from phasewright.git.quarantine import quarantine
from phasewright.git.refs import update_ref
from phasewright.git.repository import Repository

_REFUSED = re.compile(r"invalid path|filter|permission denied|unsupported file type|is a directory", re.IGNORECASE)
LARGE_FILE_BYTES = 10_000_000
_IGNORABLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])


class Candidate(BaseModel, frozen=True):
    """A candidate commit and what could not go into it."""

    commit: str | None
    """None: the workspace holds nothing that differs from base."""
    left_out: tuple[tuple[str, str], ...] = ()
    """(path, why), in path order; the gate makes findings of them."""


async def commit_candidate(
    repo: Repository, workspace: Path, base: str, *, message: str, ref: str, plan_lists: Sequence[str]
) -> Candidate:
    """Commit the workspace's files on top of *base* and point *ref* at the commit.

    Neither the workspace's own index nor its HEAD changes. Files that `.gitignore` covers stay out, unless the plan
    lists them.

    Args:
        plan_lists: paths from the root that the plan names; a final `/` means everything below.
    """
    base = await resolve(repo, base)
    async with quarantine(repo) as apart:
        tree, reasons = await _write_tree(repo, workspace, base, plan_lists, apart.env)
        left_out = tuple((readable(path), why) for path, why in sorted(reasons.items()))
        if tree == await tree_of(repo, base):
            return Candidate(commit=None, left_out=left_out)
        commit = await commit_tree(repo, tree, base, message, env=apart.env)
        await apart.bring_in(commit, base)
        await update_ref(repo, ref, commit, why="candidate")
    return Candidate(commit=commit, left_out=left_out)


async def _write_tree(
    repo: Repository, workspace: Path, base: str, plan_lists: Sequence[str], env: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """Return the tree of the workspace's files, and what is not in it: path → why."""
    with private_index(git_dir_of(repo, workspace)) as index:
        if not index.exists():
            await git(repo, "read-tree", base, index=index)
        await run_git(repo, "update-index", "-q", "--refresh", index=index, work_tree=workspace)
        changed = await _changed(repo, workspace, index, plan_lists)
        reasons = {path: why for path in changed if (why := why_left_out(workspace, path, plan_lists))}
        reasons |= await _in_submodules(repo, workspace, index)
        kept = [path for path in changed if path not in reasons]
        reasons |= await _stage(repo, workspace, index, kept, env)
        return (await git(repo, "write-tree", index=index, env=env)).strip(), reasons


async def commit_tree(
    repo: Repository, tree: str, parent: str, message: str, *, env: Mapping[str, str] | None = None
) -> str:
    """Make a commit of *tree* with one parent and return it; no ref moves."""
    whole = {**await identity(repo), **(env or {})}
    done = await run_git(repo, "commit-tree", tree, "-p", parent, stdin=message.encode(), env=whole)
    return done.expect(0).text.strip()


@contextlib.contextmanager
def private_index(git_dir: Path) -> Iterator[Path]:
    """Yield a copy of the work tree's index, if it has one: with its stat data, only changes are read."""
    with tempfile.TemporaryDirectory(prefix="phasewright-index-") as folder:
        index = Path(folder) / "index"
        if (git_dir / "index").exists():
            shutil.copyfile(git_dir / "index", index)
        yield index


def why_left_out(workspace: Path, path: str, plan_lists: Sequence[str]) -> str | None:
    """Return why *path* must not be committed; None when it may be (also when it is gone: a deletion)."""
    if any(_is_dot_git(part) for part in path.rstrip("/").split("/")):
        return "a name that git keeps for itself"
    if path.endswith("/"):
        return "a repository of its own (it has a .git); remove the .git to have its files committed"
    place = workspace / path
    try:
        status = place.lstat()
    except OSError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return None if _stays_inside(workspace, path) else "a symbolic link that leaves the repository"
    if not stat.S_ISREG(status.st_mode):
        return None if stat.S_ISDIR(status.st_mode) else "neither a file, a link nor a folder"
    if status.st_size > LARGE_FILE_BYTES and not is_covered(path, plan_lists):
        return f"{status.st_size / 1e6:.1f} MB: files over {LARGE_FILE_BYTES // 10**6} MB need to be listed in the plan"
    if not os.access(place, os.R_OK):
        return "not readable"
    return None


def _is_dot_git(part: str) -> bool:
    plain = part.translate(_IGNORABLE).casefold().rstrip(" .")
    return plain in {".git", "git~1"} or plain.startswith(".git:")


def _stays_inside(workspace: Path, path: str) -> bool:
    """Both as written and as the file system resolves it now."""
    target = str((workspace / path).readlink())
    written = os.path.normpath(Path(path).parent / target)
    if target.startswith("/") or written.split("/")[0] == ".." or any(_is_dot_git(p) for p in written.split("/")):
        return False
    top = os.path.realpath(workspace)
    resolved = os.path.realpath(workspace / path)
    return resolved == top or resolved.startswith(top + "/")


async def _changed(repo: Repository, workspace: Path, index: Path, plan_lists: Sequence[str]) -> list[str]:
    """Return paths that differ from the index, untracked ones included; `x/` is a nested repository.

    Plumbing with `--ignore-submodules=all`: `status` would run git inside a submodule, whose configuration the
    agent may have written.
    """
    changed = await git(
        repo, "diff-files", "-z", "--name-only", "--ignore-submodules=all", index=index, work_tree=workspace
    )
    others = await git(repo, "ls-files", "-z", "--others", "--exclude-standard", index=index, work_tree=workspace)
    tracked = set(split_z(await git(repo, "ls-files", "-z", index=index, work_tree=workspace)))
    listed = [p for p in plan_lists if p not in tracked and not p.endswith("/") and (workspace / p).is_file()]
    return list(dict.fromkeys([*split_z(changed), *split_z(others), *(os.path.normpath(path) for path in listed)]))


async def _in_submodules(repo: Repository, workspace: Path, index: Path) -> dict[str, str]:
    """Work inside a submodule would be lost silently, so it is named."""
    staged = split_z(await git(repo, "ls-files", "-z", "--stage", index=index))
    links = [entry.split("\t", 1)[1] for entry in staged if entry.startswith("160000 ")]
    return {path: "inside a submodule" for path in links if _has_files(workspace / path)}


def _has_files(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False


async def _stage(
    repo: Repository, workspace: Path, index: Path, paths: list[str], env: Mapping[str, str]
) -> dict[str, str]:
    """Bring *paths* into the index and return those that git refuses, with its words."""

    async def update(some: list[str]) -> str | None:
        done = await run_git(
            repo,
            "update-index",
            "--add",
            "--remove",
            "--replace",
            "-z",
            "--stdin",
            stdin=join_z(some),
            index=index,
            work_tree=workspace,
            env=env,
        )
        words = done.stderr.decode("utf-8", "replace").strip()
        if done.exit_code != 0 and not _REFUSED.search(words):
            done.expect(0)  # the machine's fault, not the file's: never left out for that
        return None if done.exit_code == 0 else words.split("\n")[0]

    if not paths or await update(paths) is None:
        return {}
    # One name that git refuses spoils the whole call, so they are tried one by one.
    return {path: f"git refuses it: {why}" for path in paths if (why := await update([path]))}
