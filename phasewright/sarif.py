"""Diagnostics as SARIF 2.1.0, for code review tools.

Source: SARIF 2.1.0 OASIS standard, 3.14 run, 3.19 toolComponent, 3.27 result, 3.30 region, read 2026-11-25.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from phasewright import __version__
from phasewright.diagnostics import CODES
from phasewright.diagnostics_page import diagnostics_page, sections
from phasewright.plan import Diagnostic, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif_log(checked: Iterable[tuple[Path, Sequence[Diagnostic]]]) -> dict[str, Any]:
    """Return the SARIF log of several plans' diagnostics. Columns count Unicode code points."""
    codes = list(CODES)
    pages = sections()
    results = [_result(path, d, codes.index(d.code)) for path, diagnostics in checked for d in diagnostics]
    driver = {
        "name": "phasewright",
        "semanticVersion": __version__,
        "rules": [_rule(code, pages[code]) for code in codes],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, section: str) -> dict[str, Any]:
    """Return the rule of a code. Its help is the whole section: whoever reads the log may have no copy of the page."""
    severity, text = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": f"{text[:1].upper()}{text[1:]}."},
        "helpUri": f"{diagnostics_page().as_uri()}#{code}",
        "help": {"text": f"phasewright check --explain {code}", "markdown": section},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _result(path: Path, diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    span = diagnostic.span
    region = {"startLine": span.line, "startColumn": span.column}
    if span.end_column:
        region["endColumn"] = span.end_column
    artifact = {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}
    text = f"{diagnostic.message}. {diagnostic.hint}" if diagnostic.hint else diagnostic.message
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    }
