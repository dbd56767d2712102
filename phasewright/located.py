"""Where a command or a flow is to work: the repository and the plan that a person named."""

from pathlib import Path

from phasewright.errors import UsageError
from phasewright.git.repository import Repository, find_repository


async def repository_at(folder: Path) -> Repository:
    """Return the repository at *folder*, which must be there: a mistyped name must not mean the folder above.

    Raises:
        UsageError: no such folder, or it is in no repository.
    """
    if not folder.is_dir():
        raise UsageError(f"no such folder: {str(folder)!r}")
    return await find_repository(folder.absolute())


def locate(plan: Path, repository: Repository) -> Path:
    """Return the plan's absolute path: as given, or from the repository's root."""
    from_root = repository.root / plan
    return (from_root if not plan.exists() and from_root.exists() else plan).absolute()
