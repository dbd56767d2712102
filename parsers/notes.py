"""Where diagnostics are collected while a plan is read."""

from collections.abc import Sequence

from phasewright.diagnostics import CODES
from phasewright.plan import Diagnostic, Severity, Span

LIMIT = 1000
"""Diagnostics kept of one plan: a file made to annoy must not answer with megabytes."""


class Notes:
    """Diagnostics in the order found. The severity belongs to the code, never to the caller."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str], Diagnostic] = {}

    def add(
        self, code: str, message: str, line: int = 1, column: int = 1, *, end_column: int | None = None, hint: str = ""
    ) -> None:
        """Keep one diagnostic; the same again at the same place is dropped."""
        if len(self._found) >= LIMIT and (CODES[code].severity != Severity.ERROR or self.has_errors()):
            return
        span = Span(line=line, column=column, end_column=end_column)
        note = Diagnostic(code=code, severity=CODES[code].severity, message=message, hint=hint, span=span)
        self._found.setdefault((code, line, column, message), note)

    def sorted(self, lines: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
        """Return them by place in the file. Where no end is known, the span runs to the end of its line."""
        found = sorted(self._found.values(), key=lambda d: (d.span.line, d.span.column, d.code))
        return tuple(_to_line_end(diagnostic, lines) for diagnostic in found)

    def has_errors(self) -> bool:
        """True when the plan must be refused."""
        return any(d.severity == Severity.ERROR for d in self._found.values())


def _to_line_end(diagnostic: Diagnostic, lines: Sequence[str]) -> Diagnostic:
    span = diagnostic.span
    if span.end_column is not None or span.line > len(lines):
        return diagnostic
    end = len(lines[span.line - 1].rstrip()) + 1
    if end <= span.column:
        return diagnostic
    return diagnostic.model_copy(update={"span": span.model_copy(update={"end_column": end})})
