"""Functions and variants that the deliverables name: some code has them."""

import re
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.promised_names import promised_names
from phasewright.gate.rust.scan import scan_rust
from phasewright.plan import PhaseKind
from phasewright.result import Finding

_PROSE = (".md", ".markdown", ".txt", ".adoc", ".rst")


def check_names(facts: GateFacts) -> Iterator[Finding]:
    """Yield the names that the phase promises and that occur nowhere in the candidate's code."""
    change, phase = facts.change, facts.phase
    names = promised_names(phase)
    is_rust = any(path.endswith(".rs") for path in (*phase.files.create, *phase.files.modify))
    if not change.changed or not names or not is_rust or phase.kind != PhaseKind.IMPLEMENTATION:
        return
    for name in names:
        if not any(_has(path, change.after(path) or b"", name) for path in change.head):
            yield finding("name-missing", f"the plan promises `{name}`; no code has that name")


def _has(path: str, content: bytes, name: str) -> bool:
    """Return True where a file has *name* as a word; comments of Rust are none."""
    if name.encode() not in content:
        return False
    text = scan_rust(content).tokens if path.endswith(".rs") else content.decode("utf-8", "replace")
    return re.search(rf"\b{name}\b", text) is not None and not path.endswith(_PROSE)
