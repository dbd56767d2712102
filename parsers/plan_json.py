"""What `check --json` prints of a plan. parsers/plan_schema.py describes it."""

from typing import Any

from phasewright.plan import Diagnostic, Plan


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain JSON values: paths and fields verbatim, diagnostics flat."""
    value: dict[str, Any] = plan.model_dump(mode="json")
    for phase in value["phases"]:
        phase["files_resolved"] = phase.pop("files")
        phase["files"] = phase.pop("files_as_written")
    value["diagnostics"] = [_diagnostic(diagnostic) for diagnostic in plan.diagnostics]
    return value


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "end_column": diagnostic.span.end_column,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }
