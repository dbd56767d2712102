"""What a design document must have."""

import pytest

from phasewright.gate.change import Change
from phasewright.gate.checks.design import check_document
from phasewright.gate.objects import Entry
from phasewright.plan import Severity

WORDS = "The shop needs short names in its addresses, and the same product must always get the same one. " * 4
HEAD = {"docs/a.md": Entry("100644", "1"), "docs/more/b.md": Entry("100644", "2")}
CHANGE = Change(base={}, head=HEAD, changed=frozenset(), contents={})
RECORD = f"# Labels\n\n## Status\n\nAccepted\n\n## Decision\n\n{WORDS}\n"


@pytest.mark.parametrize(
    ("path", "text", "errors"),
    [
        ("docs/a.md", f"# T\n\n{WORDS}", []),
        ("docs/a.md", "# T\n\n## Part\n", ["file-empty"]),
        ("docs/a.md", "# T\n\nTBD\n", ["design-placeholder"]),
        ("docs/a.md", f"# T\n\n{WORDS}\n\n## Risks\n\n- TODO\n- to be decided\n", ["design-placeholder"]),
        ("docs/a.md", f"# T\n\n{WORDS}\n\n## Risks\n\nNone known. TODO: ask again in May.\n\nBut one.\n", []),
        ("docs/a.md", f"# T\n\n{WORDS} [b](more/b.md) [c](https://example.com) [d](#t) [e](more)\n", []),
        ("docs/a.md", f"# T\n\n{WORDS} [b](b.md)\n", ["link-broken"]),
        ("docs/a.md", f"# T\n\n{WORDS}\n\n```mermaid\nflowchart LR\n  a --> b\n```\n", []),
        ("docs/a.md", f"# T\n\n{WORDS}\n\n```mermaid\na --> b\n```\n", ["diagram-broken"]),
        ("docs/adr/0001-labels.md", RECORD, []),
        ("docs/adr/0001-labels.md", f"# Labels\n\n**Status:** Accepted\n\n**Decision:** labels\n\n{WORDS}\n", []),
        ("docs/adr/0001-labels.md", RECORD.replace("Accepted", "TBD"), ["design-placeholder", "design-incomplete"]),
        ("docs/adr/0001-labels.md", f"# Labels\n\n## Status\n\nAccepted\n\n{WORDS}\n", ["design-incomplete"]),
    ],
)
def test_a_document_says_something_and_holds_together(path: str, text: str, errors: list[str]) -> None:
    assert errors == [f.code for f in check_document(path, text, CHANGE) if f.severity == Severity.ERROR]
