"""The JSON Schema of what `check --json` prints; committed as docs/plan.schema.json (`make schema`)."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from phasewright.plan import FileChanges, Phase, Plan, Severity


class DiagnosticJson(BaseModel):
    """One diagnostic: severity, code and place first."""

    model_config = ConfigDict(extra="forbid", title="Diagnostic")

    severity: Severity
    code: str
    line: int
    column: int
    end_column: int | None
    """The column behind the end; null where the place has none."""
    message: str
    hint: str


class PhaseJson(Phase):
    """A phase, with its paths as the plan writes them."""

    model_config = ConfigDict(extra="forbid", title="Phase")

    files: FileChanges
    """Paths as the plan writes them."""
    files_resolved: FileChanges
    """Paths from the repository's root, as the gate looks for them."""
    files_as_written: FileChanges = Field(default=FileChanges(), exclude=True)


class PlanJson(Plan):
    """What `phasewright check --json` prints for one plan; for several plans it prints a list of these."""

    model_config = ConfigDict(extra="forbid", title="Plan")

    phases: tuple[PhaseJson, ...]
    diagnostics: tuple[DiagnosticJson, ...]  # type: ignore[assignment]


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `plan_json` returns."""
    schema = PlanJson.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
