"""Tests that fail together and pass alone: what base knew of them."""

import pytest

from phasewright.gate.rerun import as_base_knew
from phasewright.toolchain.outcomes import FAILED, FLAKY, OK, TOGETHER, TestOutcomes


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ({}, TOGETHER),
        ({"a/lib/a::one": OK, "a/lib/a::two": OK}, TOGETHER),
        ({"a/lib/a::one": OK, "a/lib/a::two": TOGETHER}, FLAKY),
        ({"a/lib/a::one": OK, "a/lib/a::two": FLAKY}, FLAKY),
        ({"a/lib/a::one": OK, "a/lib/a::two": FAILED}, TOGETHER),
        ({"a/lib/a::one": OK, "a/test/it::two": TOGETHER}, TOGETHER),
        ({"a/lib/a::one": TOGETHER}, TOGETHER),
    ],
)
def test_what_failed_together_at_base_is_excused(before: dict[str, str], expected: str) -> None:
    """In the same executable; a test that base knew as such itself needs no excuse."""
    after = TestOutcomes(outcomes={"a/lib/a::one": TOGETHER, "a/lib/a::three": OK})

    known = as_base_knew(TestOutcomes(outcomes=before), after)
    assert {"a/lib/a::one": expected, "a/lib/a::three": OK} == known.outcomes
