"""The plans of a repository that may be run now."""

from pathlib import Path
from typing import NamedTuple

from parsers.read_plan import parse_plan, read_bytes
from phasewright.errors import UsageError
from phasewright.plan import Severity
from phasewright.plan_template import PLAN

FOLDER = Path(".ai") / "plans"


class ReadyPlans(NamedTuple):
    """What `.ai/plans` holds, in the order of names."""

    plans: tuple[Path, ...]
    """Ready, not implemented, and without an error."""
    refused: dict[Path, str]
    """Ready by their status, or unreadable → why they cannot be run."""


def ready_plans(repository: Path) -> ReadyPlans:
    """Return the plans of `.ai/plans` that wait to be run.

    The template that `init` writes is no plan until somebody has edited it.
    """
    plans: list[Path] = []
    refused: dict[Path, str] = {}
    for path in sorted((repository / FOLDER).glob("*.md")):
        try:
            raw = read_bytes(path)
        except UsageError as error:
            refused[path] = str(error)
            continue
        plan = parse_plan(raw, path=path, repository=repository)
        if raw == PLAN.encode() or not plan.is_ready or plan.is_implemented:
            continue
        if plan.is_executable:
            plans.append(path)
        else:
            first = next(d for d in plan.diagnostics if d.severity == Severity.ERROR)
            refused[path] = first.line_for(path.name)
    return ReadyPlans(tuple(plans), refused)
