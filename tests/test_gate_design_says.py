"""Design documents that say nothing of their own are told from those that do."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.design_says import check_design_says
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.plan import PhaseKind

PLAN = """### Phase 1: Design the session store

**Goal:** Decide how sessions are stored, before anybody writes code

**Deliverables:**

- The store, the token's form, the expiry, and what happens on a restart
- The alternatives with their costs

**Acceptance Criteria:**

- [ ] The document names at least three alternatives
"""
DELIVERABLES = (
    "The store, the token's form, the expiry, and what happens on a restart",
    "The alternatives with their costs",
)
REPEATED = """# Design the session store

Decided how sessions are stored, before anybody writes code.

- The store, the token's form, the expiry, and what happens on a restart
- The alternatives with their costs

All deliverables are met: it covers what happens on a restart, and the document names at least three alternatives.
"""
PHRASES = """# Sessions

Sessions are an important part of the system, and there are many ways to handle them. We will use the approach that
fits our needs best. It is robust, scalable and easy to maintain, and it follows the best practices of the industry.
Several alternatives were considered in depth, and none of them was found to be a better fit.
"""
DECIDED = """# Sessions

Status: accepted

The goal was to decide how sessions are stored, before anybody writes code.

A session lives in Redis under a random key of 32 bytes, written in base 64. It is dropped thirty minutes after the last
request. Redis keeps an append-only file, so that users stay signed in when the machine starts again. A cookie that
holds everything costs no server, but cannot be revoked; a table in PostgreSQL costs a query for each request; memory
of the process costs nothing, and loses everybody at each deployment.
"""
GERMAN = """# Sitzungen

Eine Sitzung liegt in Redis unter einem Schlüssel aus 32 zufälligen Bytes. Sie verfällt eine halbe Stunde nach der
letzten Anfrage. Nach einem Neustart der Maschine bleiben alle angemeldet, denn Redis schreibt jede Änderung mit.
"""


def said(
    document: str,
    *,
    deliverables: tuple[str, ...] = DELIVERABLES,
    beside: str = "",
    kind: PhaseKind = PhaseKind.DESIGN,
) -> list[str]:
    files = {"docs/a.md": document, "src/store.rs": beside}
    facts = GateFacts(
        phase=phase_of(create=("docs/a.md",)).model_copy(
            update={"text": PLAN, "kind": kind, "deliverables": deliverables}
        ),
        change=Change(
            base={},
            head={path: Entry("100644", path) for path in files},
            changed=frozenset(files),
            contents={path: content.encode() for path, content in files.items()},
        ),
        before=SideFacts(digest="0"),
        after=SideFacts(digest="1"),
    )
    return [one.code for one in check_design_says(facts)]


def test_a_document_that_repeats_the_plan_says_nothing() -> None:
    assert said(REPEATED) == ["design-repeats-plan"]


def test_a_document_of_phrases_passes_over_what_was_to_be_decided() -> None:
    assert said(PHRASES) == ["design-passes-over"]


def test_a_document_that_decides_may_take_words_from_the_plan() -> None:
    assert said(DECIDED) == []
    assert said(DECIDED + "\n## Deliverables\n\n" + "\n".join(DELIVERABLES)) == []


def test_the_other_files_of_the_phase_may_speak_of_a_deliverable() -> None:
    assert said(PHRASES, beside="/// A token, and when it expires.\npub struct Token;\n") == []


@pytest.mark.parametrize(
    "deliverable",
    [
        "Reviewed by two people from operations and security, and approved",
        "`docs/a.md` with the store, the token and the expiry in `src/store.rs`",
        "Restart, expiry",
    ],
)
def test_a_deliverable_of_few_words_or_of_people_is_left_alone(deliverable: str) -> None:
    assert said(PHRASES, deliverables=(deliverable,)) == []


def test_another_language_is_not_read() -> None:
    assert said(GERMAN) == []


def test_phases_that_implement_are_not_asked() -> None:
    assert said(REPEATED, kind=PhaseKind.IMPLEMENTATION) == []
