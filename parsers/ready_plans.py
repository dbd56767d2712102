"""The plans of a repository that may be run now."""

from pathlib import Path

from parsers.read_plan import read_plan

FOLDER = Path(".ai") / "plans"


def ready_plans(repository: Path) -> list[Path]:
    """Return the executable plans of `.ai/plans` that are ready and not implemented, in the order of their names."""
    found = []
    for path in sorted((repository / FOLDER).glob("*.md")):
        plan = read_plan(path, repository=repository)
        if plan.is_executable and plan.is_ready and not plan.is_implemented:
            found.append(path)
    return found
