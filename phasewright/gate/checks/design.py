"""Design phases make documents and skeletons: the documents must say something."""

import re
from collections.abc import Iterator

from phasewright.gate.change import normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.plan import PhaseKind
from phasewright.result import Finding

_FEW_WORDS = 40


def check_design(facts: GateFacts) -> Iterator[Finding]:
    """Yield promised documents that are only a title."""
    if facts.phase.kind != PhaseKind.DESIGN:
        return
    files = facts.phase.files
    for path in map(normal_path, (*files.create, *files.modify)):
        text = facts.change.text_after(path)
        if not text or not path.endswith((".md", ".markdown", ".adoc", ".txt", ".rst")):
            continue
        body = [line for line in text.splitlines() if line.strip() and not re.match(r"\s*(#+\s|---)", line)]
        words = sum(len(line.split()) for line in body)
        if not body:
            yield finding("file-empty", "the document has a title and no text", path=path)
        elif words < _FEW_WORDS:
            yield finding("design-thin", f"the document has only {words} words of text", path=path)
