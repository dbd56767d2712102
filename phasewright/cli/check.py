"""`phasewright check`: parse and validate plans, with no model and no Prefect."""

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from parsers.plan_json import plan_json
from parsers.read_plan import read_plan
from parsers.repository import plans_of, repository_of
from phasewright.errors import UsageError
from phasewright.plan import Plan

REFUSED = 1


def check(
    *plans: Path,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print the parsed plan as JSON.")] = False,
) -> int:
    """Parse and validate plans; without PLANS every plan in .ai/plans.

    Parameters
    ----------
    plans
        Plan files.
    """
    paths = list(plans) or plans_of(Path.cwd())
    if not paths:
        raise UsageError("no plan given and none in .ai/plans; `phasewright init` writes a template")
    read = [(path, read_plan(path, repository=repository_of(path))) for path in paths]
    if as_json:
        documents = [plan_json(plan) for _, plan in read]
        _print_json(documents[0] if len(documents) == 1 else documents)
    else:
        for path, plan in read:
            _print_plan(path, plan)
    return 0 if all(plan.is_executable for _, plan in read) else REFUSED


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def _print_plan(path: Path, plan: Plan) -> None:
    for diagnostic in plan.diagnostics:
        print(diagnostic.line_for(str(path)))
