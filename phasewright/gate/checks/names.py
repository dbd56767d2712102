"""Names that the phase promises stand somewhere in the candidate."""

from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.result import Finding


def check_names(facts: GateFacts) -> Iterator[Finding]:
    """Yield the functions and types of the phase's deliverables that nothing in the candidate is called."""
    for name in facts.missing_names:
        said = f"the phase promises `{name}`, and nothing in the commit has that name"
        yield finding("name-missing", said)
