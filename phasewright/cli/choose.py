"""Which plan, when none was named: a person picks one of the ready ones; nobody there means a refusal with the list."""

import asyncio
import sys
from pathlib import Path

from rich.console import Console

from parsers.read_plan import read_plan
from parsers.ready_plans import ready_plans
from phasewright.cli.asking import ask_in_terminal, is_attended
from phasewright.errors import PlanRefused, UsageError
from phasewright.located import locate, repository_at


def choose_plan(plan: Path | None, repo: Path) -> Path:
    """Return *plan*, or the ready plan that a person picks.

    Raises:
        UsageError: none was named, and nobody is there to pick one or there is none to pick.
        PlanRefused: the named one cannot be run. Said here, before anything that takes long to load is loaded.
    """
    repository = asyncio.run(repository_at(repo))
    root = repository.root
    if plan is not None:
        _refuse_early(locate(plan, repository), plan, root)
        return plan
    ready = ready_plans(root)
    names = [str(path.relative_to(root)) for path in ready.plans]
    for why in ready.refused.values():
        print(f"cannot be run: {why}", file=sys.stderr)
    if not names:
        raise UsageError(f"no plan named, and none in {root / '.ai/plans'} is ready; name one: phasewright run PLAN")
    if not is_attended():
        raise UsageError("no plan named; ready ones: " + ", ".join(names))
    asker = ask_in_terminal(Console(stderr=True, highlight=False))
    return root / asyncio.run(asker("Which plan?", names, names[0]))


def _refuse_early(path: Path, named: Path, root: Path) -> None:
    parsed = read_plan(path, repository=root)
    if not parsed.is_executable:
        raise PlanRefused(named, parsed.diagnostics)
