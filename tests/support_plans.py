"""Plans for tests: the files in tests/plans, and short ones written in place."""

from pathlib import Path

from parsers.read_plan import parse_plan, read_plan
from phasewright.plan import Diagnostic, Plan

PLANS = Path(__file__).parent / "plans"


def stored(name: str) -> Plan:
    """Return the plan in tests/plans/NAME.md."""
    return read_plan(PLANS / f"{name}.md")


def plan_of(
    text: str | bytes, *, name: str = "2026-02-01.plan-for-counting.md", repository: Path | None = None
) -> Plan:
    """Return the plan that *text* holds."""
    return parse_plan(text, path=Path(name), repository=repository)


def phase_text(body: str, heading: str = "### Phase 1: Count") -> str:
    """Return a plan's text with one phase that holds *body*."""
    return f"# Counting\n\n{heading}\n\n{body}\n"


def found(plan: Plan, code: str) -> list[Diagnostic]:
    """Return the plan's diagnostics with this code."""
    return [diagnostic for diagnostic in plan.diagnostics if diagnostic.code == code]


def place(diagnostic: Diagnostic) -> tuple[int, int]:
    """Return line and column."""
    return diagnostic.span.line, diagnostic.span.column
