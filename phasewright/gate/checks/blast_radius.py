"""The blast radius: what it names must be there and green. Zero selected tests never count as passed."""

import re
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.selection import Selected, Selection, select
from phasewright.plan import PhaseKind, Severity
from phasewright.result import Finding
from phasewright.toolchain.outcomes import IGNORED, PASSED

_SPEAKS_OF_TESTS = re.compile(r"\btests?\b|\btested\b", re.IGNORECASE)


def check_blast_radius(facts: GateFacts) -> Iterator[Finding]:
    """Yield selections that select nothing, and parts of the field that could not be read."""
    for problem in facts.selection_problems:
        yield finding("blast-radius-unread", problem, line=None)
    if not facts.comparable or facts.phase.kind == PhaseKind.DESIGN:
        return
    outcomes = facts.after.tests.outcomes
    crates = facts.after.workspace.names() if facts.after.workspace else frozenset()
    for selection in facts.selections:
        if selection.build_only:
            continue
        selected = select(selection, outcomes, crates)
        for note in selected.notes:
            yield finding("blast-radius-note", note)
        yield from _judge(facts, selection, selected, outcomes)


def _judge(facts: GateFacts, selection: Selection, selected: Selected, outcomes: dict[str, str]) -> Iterator[Finding]:
    ran = [test for test in selected.tests if outcomes[test] != IGNORED]
    if not ran and not selection.explicit:
        severity = None if _promises_tests(facts) else Severity.WARNING
        yield finding("zero-tests", "the workspace has no test that runs", severity=severity)
    elif not ran:
        why = selected.problem or ("all of them are ignored" if selected.tests else "no test has such a name")
        yield finding("zero-tests", f"the blast radius {selection.text!r} selects no test: {why}")
    elif not any(outcomes[test] in PASSED for test in ran):
        yield finding("zero-tests", f"none of the tests that the blast radius {selection.text!r} selects passes")


def _promises_tests(facts: GateFacts) -> bool:
    phase = facts.phase
    texts = [*phase.deliverables, *(criterion.text for criterion in phase.acceptance_criteria)]
    return any(_SPEAKS_OF_TESTS.search(text) for text in texts)
