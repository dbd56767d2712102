"""Names that a phase promises are read from what it promises, and from nothing else."""

from pathlib import Path

import pytest

from parsers.read_plan import parse_plan
from phasewright.gate.promised_names import promised_names

_PLAN = """# Plan

### Phase 1: Spans

**Goal:** Spans, as in `chrono_like`

**Files to modify:**

- `src/lib.rs` - {note}

**Deliverables:**

- {deliverable}
"""


def _names(note: str = "spans", deliverable: str = "spans") -> frozenset[str]:
    text = _PLAN.format(note=note, deliverable=deliverable)
    return promised_names(parse_plan(text, path=Path("plan.md")).phases[0])


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("`parse_span` and `Span::total()`", {"parse_span", "total"}),
        ("`pub fn format(span: Span) -> String`", {"format"}),
        ("struct `TimeSpan`, `enum Unit`", {"TimeSpan", "Unit"}),
        ("the error `OutOfOrder`", {"OutOfOrder"}),
        ("`cargo test`, `--json`, `src/a.rs`, `1m 30s`, `x`", set()),
        ("Remove `old_span`", set()),
        ("Rename `conv` to `to_span`", set()),
        ("like `other_span`", set()),
        ("`parse_span` or `read_span`", set()),
        ("a `HashMap` of spans", set()),
    ],
)
def test_names_are_promised_where_they_stand_as_code(said: str, names: set[str]) -> None:
    assert _names(deliverable=said) == names
    assert _names(note=said) == names


def test_what_a_goal_mentions_is_no_promise() -> None:
    assert _names() == frozenset()
