"""A run as one self-contained HTML file: no script, nothing loaded, nothing in it that could become markup."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from phasewright.report.costs import cost_tables, total
from phasewright.report.dossier import Dossier
from phasewright.report.markdown import duration
from phasewright.report.timeline import bars

TEMPLATE = "report.html.j2"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def render_html(dossier: Dossier) -> str:
    """Return the report as HTML. The same record gives the same bytes."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=visible,
    )
    environment.filters |= {"duration": duration, "lines": diff_lines}
    return environment.get_template(TEMPLATE).render(
        dossier=dossier,
        record=dossier.record,
        report=dossier.report,
        bars=bars(dossier.spans),
        tables=cost_tables(dossier.costs),
        total=total(dossier.costs),
    )


def visible(value: object) -> object:
    """Return a text with control, direction and hidden characters written out: what a reader sees is what is there.

    >>> visible("a\\x1b[31m")
    'a\\\\u001b[31m'
    """
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return value
    return type(value)("".join(_shown(c) for c in value))


def _shown(character: str) -> str:
    is_shown = character in "\n\t" or unicodedata.category(character) not in _HIDDEN
    return character if is_shown else f"\\u{ord(character):04x}"


class DiffLine(NamedTuple):
    """A line of a diff and what it is."""

    kind: str
    text: str


def diff_lines(diff: str) -> Iterator[DiffLine]:
    """Yield a diff's lines with their kinds: file, hunk, added, removed, same."""
    in_hunk = False
    for line in diff.split("\n"):
        if line.startswith("diff --git "):
            in_hunk = False
            yield DiffLine("file", line)
        elif line.startswith("@@ "):
            in_hunk = True
            yield DiffLine("hunk", line)
        elif in_hunk and line[:1] in ("+", "-"):
            yield DiffLine("added" if line[0] == "+" else "removed", line)
        else:
            yield DiffLine("same", line)
