"""Remove what an agent could write in."""

import os
from pathlib import Path

from phasewright.errors import CommandFailed
from phasewright.git.environment import git_environment
from phasewright.process import Finished, run


async def remove_tree(path: Path) -> None:
    """Remove *path* and everything below: symlinks are not followed, neither depth nor modes are an obstacle.

    Raises:
        CommandFailed: something is still there.
    """
    if not os.path.lexists(path):
        return
    # rm, not shutil: a thousand nested folders end Python's recursion.
    removed = await _run("rm", "-rf", "--", str(path))
    if os.path.lexists(path):
        await _run("chmod", "-R", "u+rwX", "--", str(path))
        removed = await _run("rm", "-rf", "--", str(path))
    if os.path.lexists(path):
        raise CommandFailed(removed.argv, removed.exit_code, removed.text)


async def _run(*argv: str) -> Finished:
    return await run(argv, cwd=Path("/"), env=git_environment(), deadline_seconds=600)
