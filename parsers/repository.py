"""Where plans live: the repository around a plan file, and the plans of a folder."""

from pathlib import Path

PLANS = Path(".ai/plans")


def repository_of(path: Path) -> Path | None:
    """Return the root of the repository that holds *path*, None outside of one. Looks for `.git` alone."""
    place = path.resolve()
    return next((folder for folder in [place, *place.parents] if (folder / ".git").exists()), None)


def plans_of(folder: Path) -> list[Path]:
    """Return the plan files in `.ai/plans` of the repository around *folder*, oldest name first."""
    root = repository_of(folder) or folder
    place = root / PLANS
    found = sorted(place.glob("*.md")) if place.is_dir() else []
    return [_short(path, folder) for path in found if path.is_file()]


def _short(path: Path, folder: Path) -> Path:
    return path.relative_to(folder.resolve()) if path.is_relative_to(folder.resolve()) else path
