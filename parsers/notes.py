"""Where diagnostics are collected while a plan is read."""

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
        if len(self._found) >= LIMIT and CODES[code].severity != Severity.ERROR:
            return
        span = Span(line=line, column=column, end_column=end_column)
        note = Diagnostic(code=code, severity=CODES[code].severity, message=message, hint=hint, span=span)
        self._found.setdefault((code, line, column, message), note)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return them by place in the file."""
        return tuple(sorted(self._found.values(), key=lambda d: (d.span.line, d.span.column, d.code)))

    def has_errors(self) -> bool:
        """True when the plan must be refused."""
        return any(d.severity == Severity.ERROR for d in self._found.values())
