"""What a plan allows to happen to tests."""

import re

import pytest
from support_crates import phase_of

from phasewright.gate.consent import asks_for, gives_up, moves_away, names_test, removes
from phasewright.gate.consent_words import orders_change

_TEST = "shop/lib/shop::price::tests::round_price"


@pytest.mark.parametrize(
    ("deliverable", "allowed"),
    [
        ("Change `round_price` so that it rounds up", False),
        ("Change the test `round_price`", True),
        ("Change `price::tests::round_price`", True),
        ("`round_price` is not changed by this test", False),
    ],
)
def test_the_name_of_a_function_is_no_test_s(deliverable: str, allowed: bool) -> None:
    phase = phase_of(deliverables=(deliverable,))

    assert gives_up(phase, _TEST, "src/price.rs:9", {"round_price"}) is allowed
    assert names_test(phase, "tests::round_price", "src/price.rs", {"round_price"}) is allowed


@pytest.mark.parametrize("name", ["price::tests::round_price", "tests::round_price", "round_price"])
def test_a_test_may_be_named_as_the_gate_names_it(name: str) -> None:
    phase = phase_of(tests_to_change=(name,))

    assert names_test(phase, "tests::round_price", "src/price.rs")
    assert not names_test(
        phase_of(tests_to_change=("weight::tests::round_price",)), "tests::round_price", "src/price.rs"
    )


def test_a_file_that_moves_keeps_its_tests() -> None:
    moved, deleted = phase_of(move=(("src/price.rs", "src/money.rs"),)), phase_of(delete=("src/price.rs",))

    assert not gives_up(moved, _TEST, "src/price.rs:9")
    assert moves_away(moved, "src/price.rs:9")
    assert gives_up(deleted, _TEST, "src/price.rs:9")


@pytest.mark.parametrize(
    ("line", "removed"),
    [
        ("- `src/lib.rs` - Remove `is_leap` and its unit test", True),
        ("- Delete `dates::is_leap()`", True),
        ("- Rename `is_leap` to `leaps`", False),
        ("- Do not remove `is_leap`", False),
        ("- Remove is_leap", False),
    ],
)
def test_what_the_plan_removes(line: str, removed: bool) -> None:
    assert removes(phase_of(text=line), {"is_leap"}) is removed


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("`set_spin` is deprecated and does nothing any more", True),
        ("`Settings::set_spin` does nothing", True),
        ("`set_spin` does nothing today; it sets the spin", False),
        ("`flush` does nothing", False),
        ("a caller of `set_spin` does not see that it does nothing", False),
    ],
)
def test_a_wish_names_whom_it_is_about(line: str, asked: bool) -> None:
    wanted = re.compile(r"\bdoes nothing\b")
    assert asks_for(phase_of(text=f"A goal.\n{line}\n"), wanted, {"set_spin"}) is asked


_BESIDE = """
Remove the test `rounds_up` (not in this phase)
`rounds_up` stays because `other_x` is removed
The old limit is gone; `rounds_up` is not changed
We considered deleting the test `rounds_up`, but it stays
Delete the temp file after the test `rounds_up`
Phase 2 removes the test `rounds_up`
The test `rounds_up` shows that leading blanks are dropped
Replaces the old code; verified by the tests `rounds_up` and `sums_up`
Removing the test `rounds_up` is out of scope
Remove dead code in `rounds_up`
Update the docs; the test `rounds_up` covers them
The moved code is covered by `rounds_up`
Change `slug` so that `rounds_up` passes
Ignore case, as `rounds_up` asks
Fix the bug that `rounds_up` found
`slug` is changed; the test `rounds_up` guards it
Update `fee`, which the test `rounds_up` covers
Drop leading blanks (see test `rounds_up`)
"""
_ABOUT = """
Remove the obsolete test `rounds_up`
Rename `rounds_up` to `rounds_half_up` in tests
The test `rounds_up` is removed
`rounds_up` and `reads_old_format` are deleted
`rounds_up`, `other_x`: removed
`rounds_up` - Remove
Removes tests `other_one` and `rounds_up`
Update the expected values of `rounds_up`
Rewrite `other_test` and the test `rounds_up`
Test `rounds_up` renamed to `x_y`
The tests `rounds_up` and `b_c` must be adapted
Remove `fee` and its test `rounds_up`
Update test `rounds_up` for the new limit
Ignore `rounds_up` until phase 3
Update the test `rounds_up` so that it passes with the new limit
`due` no longer adds a fee; the test `rounds_up` is renamed to `x_y`
`due` adds nothing any more; update the test `rounds_up` to expect the total alone
Rename the test `rounds_up` to `x_y`, which no longer expects a fee
Remove the test `rounds_up`, which is no longer needed
The test `rounds_up` is changed because zero is not allowed any more
Adjust `rounds_up` to the new rounding (15 instead of 14)
Change test `rounds_up`: expects 15 instead of 14
`price` gives `None` instead of a panic; the test `rounds_up` is updated
"""


@pytest.mark.parametrize("sentence", _BESIDE.strip().splitlines())
def test_a_sentence_that_merely_names_a_test_frees_nothing(sentence: str) -> None:
    assert not orders_change(sentence, {"rounds_up"})


@pytest.mark.parametrize("sentence", _ABOUT.strip().splitlines())
def test_a_sentence_that_is_about_a_test_frees_it(sentence: str) -> None:
    assert orders_change(sentence, {"rounds_up"})
