"""The page about every diagnostic code, which is installed with the program: a section for each."""

import re
from pathlib import Path

from phasewright import project_root

_NEXT_SECTION = re.compile(r"\n## [a-z-]+\n")


def diagnostics_page() -> Path:
    """Return where docs/diagnostics.md is on this machine."""
    return project_root() / "docs/diagnostics.md"


def sections() -> dict[str, str]:
    """Return each code's section, its heading included, as markdown."""
    text = diagnostics_page().read_text(encoding="utf-8")
    starts = [match.start() + 1 for match in _NEXT_SECTION.finditer(text)]
    found = [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    return {section.split("\n", 1)[0].removeprefix("## "): section for section in found}
