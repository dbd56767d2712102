"""Design or implementation, timeouts and counts: what single values of a phase mean."""

import re

from parsers.inline import plain
from phasewright.plan import FileChanges, PhaseKind

_VERBS = "design|research|investigate|spike|evaluate|explore|audit|consider|assess"
_STARTS = re.compile(rf"^(?:{_VERBS})\b(?!-)", re.I)
_ENDS = re.compile(r"\b(?:design|research|investigation|spike|evaluation|exploration|audit)$", re.I)
_ALSO_BUILDS = re.compile(
    r"\b(?:and|&|\+)\s+(?:implement|build|create|add|write|code|develop|integrat|fix|migrat)", re.I
)
_MARKERS = re.compile(r"\s*\([^)]*\)\s*$|\s*[⚡✅⏸️🔬]+.*$")
_DESIGN_WORDS = re.compile(r"^(?:design|research|spike|investigation|planning|architecture)\b", re.I)
_CODE = (".rs", ".ts", ".tsx", ".js", ".jsx", ".py", ".go", ".c", ".cpp", ".java", ".kt", ".swift")
_CODE_PATH = re.compile(r"\.(?:rs|tsx?|jsx?|py|go|c|cpp|java|kt|swift)\b")
_DURATION = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h)?\b", re.I
)
_UNITS = {"ms": 0.001, "mi": 60.0, "m": 60.0, "h": 3600.0, "s": 1.0}
_COUNT = re.compile(r"^(\d{1,2})\b")
LONGEST_SECONDS = 7 * 24 * 3600.0


def kind_of(
    name: str, goal: str | None, written: str | None, files: FileChanges, deliverables: tuple[str, ...] = ()
) -> PhaseKind:
    """Return a phase's kind. `**Type:** design` wins; else name or goal say so, and no code is created (survey 11)."""
    if written:
        return PhaseKind.DESIGN if _DESIGN_WORDS.match(plain(written)) else PhaseKind.IMPLEMENTATION
    bare = plain(_MARKERS.sub("", name))
    says_so = _STARTS.match(bare) or (_ENDS.search(bare) and not any(_CODE_PATH.search(text) for text in deliverables))
    aims = goal and _STARTS.match(plain(goal)) and not _ALSO_BUILDS.search(plain(goal))
    if not (says_so or aims) or _ALSO_BUILDS.search(bare) or any(path.endswith(_CODE) for path in files.create):
        return PhaseKind.IMPLEMENTATION
    return PhaseKind.DESIGN


def seconds_of(text: str) -> float | None:
    """Return the seconds that "25 seconds", "10 min", "1h 30m" or "600" mean; None where it is no duration."""
    bare = plain(text)
    total = 0.0
    at = 0
    while match := _DURATION.match(bare, at):
        total += float(match[1]) * _unit(match[2])
        at = match.end() + len(bare[match.end() :]) - len(bare[match.end() :].lstrip(" ,"))
    return total if 0 < total <= LONGEST_SECONDS else None


def _unit(name: str | None) -> float:
    text = (name or "s").casefold()
    if text.startswith(("ms", "milli")):
        return _UNITS["ms"]
    return _UNITS[text[:1]]


def count_of(text: str) -> int | None:
    """Return a small count; None where the text begins with no number from 0 to 10."""
    match = _COUNT.match(plain(text))
    return int(match[1]) if match and int(match[1]) <= 10 else None
