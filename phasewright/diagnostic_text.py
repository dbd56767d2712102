"""Diagnostics as a compiler prints them: place, severity, code, message, and in a terminal the line and a caret."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from phasewright.plan import Diagnostic, Severity

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_LONGEST_LINE = 160


def short_lines(path: str, diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield one `path:line:column: severity[code]: message` a diagnostic, for pipes and editors."""
    for diagnostic in diagnostics:
        yield diagnostic.line_for(path)


def long_lines(path: str, source: Sequence[str], diagnostics: Sequence[Diagnostic], *, colour: bool) -> Iterator[str]:
    """Yield each diagnostic with its source line, a caret below it and the hint; notes in one line, they are many."""
    for diagnostic in diagnostics:
        line = diagnostic.line_for(path)
        yield _painted(line, path, diagnostic) if colour else line
        if diagnostic.severity == Severity.INFO:
            continue
        yield from _excerpt(source, diagnostic, colour=colour)
        if diagnostic.hint:
            yield f"     = {_paint('help', '32') if colour else 'help'}: {diagnostic.hint}"


def summary(diagnostics: Sequence[Diagnostic], phases: int) -> str:
    """Return "8 phases, 1 error, 2 warnings, 3 notes"."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    names = [("phase", phases), ("error", counts[Severity.ERROR]), ("warning", counts[Severity.WARNING])]
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in [*names, ("note", counts[Severity.INFO])])


def strict(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics with every warning raised to an error."""
    return tuple(
        d.model_copy(update={"severity": Severity.ERROR}) if d.severity == Severity.WARNING else d for d in diagnostics
    )


def _excerpt(source: Sequence[str], diagnostic: Diagnostic, *, colour: bool) -> Iterator[str]:
    span = diagnostic.span
    if not 1 <= span.line <= len(source) or not source[span.line - 1].strip():
        return
    text = source[span.line - 1].replace("\t", " ").rstrip("\r")[:_LONGEST_LINE]
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)
    start = min(span.column - 1, len(text))
    end = min(span.end_column - 1, len(text)) if span.end_column else start + 1
    carets = "^" * max(1, _width(text[start:end]))
    yield f"{span.line:4} | {text}"
    yield f"     | {' ' * _width(text[:start])}{_paint(carets, _COLOURS[diagnostic.severity]) if colour else carets}"


def _width(text: str) -> int:
    """Return how many terminal columns *text* takes: wide letters and emoji take two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def _painted(line: str, path: str, diagnostic: Diagnostic) -> str:
    severity = f"{diagnostic.severity}[{diagnostic.code}]"
    return line.replace(severity, _paint(severity, "1;" + _COLOURS[diagnostic.severity]), 1).replace(
        path, _paint(path, "1"), 1
    )


def _paint(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"
