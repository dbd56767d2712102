"""The grammar of dependency fields. Values as real plans write them (survey 4.2)."""

import pytest

from parsers.dependencies import Known, read_dependencies

KNOWN = Known(["0", "1", "1.5", "2", "3", "4a", "4b", "5", "6", "7a", "7b", "7c", "7d", "8", "9", "10"])

CASES = [
    ("None", ""), ("none", ""), ("N/A", ""), ("-", ""), ("–", ""), ("Nothing (first phase)", ""), ("`None`", ""),
    ("None (can run in parallel with Phase 1-2)", ""), ("None - MUST complete before any other phases", ""),
    ("None (decoupled from Phase 3)", ""), ("None (uses existing `PROVIDER` map)", ""), ("No dependencies", ""),
    ("Phase 1", "1"), ("Phase 1 complete", "1"), ("Phase 1 only", "1"), ("phase 1", "1"), ("1, 2", "1 2"),
    ("**Phase 1**", "1"),
    ("Phase 1, Phase 2", "1 2"), ("Phases 2, 3", "2 3"), ("Phase 1, 2", "1 2"), ("Phases 5 and 6 complete", "5 6"),
    ("Phase 3 & 5 (Api must exist::here)", "3 5"), ("Phase 1 and 2 complete (phase 8 waits)", "1 2"),
    ("Phase 1 (needs `get_api_keys()`)", "1"), ("Phases 1-3", "1 1.5 2 3"), ("Phase 1-3", "1 1.5 2 3"),
    ("Phase 2, Phase 5-7", "2 5 6 7a 7b 7c 7d"), ("Phases 1–3", "1 1.5 2 3"), ("Phases 1 to 3", "1 1.5 2 3"),
    ("Phase 4a, 4b, Phase 5", "4a 4b 5"), ("Phases 7a, 7b, 7c", "7a 7b 7c"), ("Phase 7a-c", "7a 7b 7c"),
    ("Phase 7", "7a 7b 7c 7d"), ("Phase 4", "4a 4b"), ("Phase 1.5", "1.5"),
    ("Phases 0-3 (✅ core, 2 of 3)", "0 1 1.5 2 3"),
    ("Phases 1-3 (partial), Phase 7 (full)", "1 1.5 2 3 7a 7b 7c 7d"),
    ("Phase 8 (tests); Phases 1-2 (unit)", "1 1.5 2 8"),
    ("Phase 6 complete, all 20 tests passing", "6"), ("Phase 3, all tests passing", "3"), ("Phase 7A", "7a"),
    ("Phase 1 → Phase 2", "1 2"), ("Phase 1 + Phase 2", "1 2"), ("Phase 10", "10"), ("Phase 1/2", "1 2"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), CASES, ids=[value for value, _ in CASES])
def test_a_field_is_read(value: str, expected: str) -> None:
    read = read_dependencies(value, "9", KNOWN)

    assert tuple(expected.split()) == read.ids
    assert () == read.unknown
    assert read.is_readable


@pytest.mark.parametrize(
    "value", ["All previous phases", "all prior phases", "Incremental (after each phase)", "Every other phase"]
)
def test_all_previous_means_all_before_this_one(value: str) -> None:
    assert ("0", "1", "1.5", "2") == read_dependencies(value, "3", KNOWN).ids
    assert ("2",) == read_dependencies("Previous phase", "3", KNOWN).ids


def test_what_the_plan_lacks_is_named() -> None:
    assert (("1",), ("11",)) == read_dependencies("Phase 1, Phase 11", "2", KNOWN)[:2]
    assert ("12",) == read_dependencies("Phases 8-12", "9", KNOWN).unknown


@pytest.mark.parametrize("value", ["", "the database", "Setup of 3 servers"])
def test_a_field_without_a_phase_is_unreadable(value: str) -> None:
    assert not read_dependencies(value, "9", KNOWN).is_readable
