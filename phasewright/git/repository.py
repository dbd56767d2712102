"""Where a repository is."""

import hashlib
import os
import re
from pathlib import Path

from pydantic import BaseModel

from phasewright.errors import CommandFailed, NotARepository, PreflightFailed, UsageError
from phasewright.git.environment import git_argv, git_environment
from phasewright.process import Finished, run

OLDEST_GIT = (2, 38)
"""The first with `merge-tree --write-tree` and `cat-file -z`."""


class Repository(BaseModel, frozen=True):
    """A repository as seen from one of its work trees."""

    root: Path
    """Top of the work tree that the user works in."""
    git_dir: Path
    """The common git dir: objects and refs of all work trees."""
    name: str
    """Folder name and 8 hex digits of the common git dir's path: names the state folder."""
    own_git_dir: Path | None = None
    """Git dir of this work tree alone, with its HEAD and index; None where it is the common one."""

    @property
    def head_dir(self) -> Path:
        """The git dir that holds this work tree's HEAD and index."""
        return self.own_git_dir or self.git_dir


async def find_repository(path: Path) -> Repository:
    """Return the repository that *path*, a folder or a file, lies in.

    Raises:
        NotARepository: there is none.
        UsageError: it is bare, or its path is not UTF-8.
        PreflightFailed: git is not installed, or too old.
    """
    await _require_git()
    start = path.absolute()
    while not start.is_dir() and start != start.parent:
        start = start.parent
    finished = await _ask(start, "rev-parse", "--path-format=absolute", "--git-common-dir", "--absolute-git-dir")
    if finished.exit_code != 0:
        raise NotARepository(path)
    common, own = (Path(line) for line in finished.stdout.decode("utf-8", "surrogateescape").splitlines()[:2])
    top = await _ask(start, "rev-parse", "--show-toplevel")
    if top.exit_code != 0:
        raise UsageError(f"{str(path)!r} has no work tree (a bare repository, or inside .git); name a checkout of it")
    root = Path(top.stdout.decode("utf-8", "surrogateescape").removesuffix("\n"))
    if not _is_utf8(common) or not _is_utf8(root):
        raise UsageError(f"the path of the repository at {str(path)!a} is not UTF-8; move or rename its folder")
    own, common = Path(os.path.realpath(own)), Path(os.path.realpath(common))
    digest = hashlib.sha256(os.fsencode(common)).hexdigest()[:8]
    return Repository(
        root=root, git_dir=common, name=f"{root.name}-{digest}", own_git_dir=None if own == common else own
    )


async def _require_git() -> None:
    """Ubuntu 22.04, say, comes with git 2.34, which cannot merge without a work tree."""
    told = (await _ask(Path("/"), "version")).text.split()
    version = re.match(r"(\d+)\.(\d+)", told[2]) if len(told) > 2 else None
    if version and (int(version[1]), int(version[2])) < OLDEST_GIT:
        needed = ".".join(map(str, OLDEST_GIT))
        raise PreflightFailed([f"git {told[2]} is too old: install git {needed} or newer and put it on PATH"])


async def _ask(start: Path, *args: str) -> Finished:
    """Run git where its own discovery is wanted, so without GIT_DIR."""
    argv = git_argv(*args)
    try:
        return await run(argv, cwd=start, env=git_environment(), deadline_seconds=30, split=True)
    except CommandFailed as problem:
        raise PreflightFailed(["git cannot be started: install git 2.38 or newer and put it on PATH"]) from problem


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
