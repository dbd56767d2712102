"""Acceptance criteria that a program can answer, and those that stay prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.criterion_check import read_check
from phasewright.plan import CriterionCheck

GREP = ("grep", "-rn", "old", "src")
CARGO = ("cargo", "test", "-p", "lib")

CASES: list[tuple[str, CriterionCheck]] = [
    ("`cargo test -p lib` succeeds", CriterionCheck(kind="command", argv=CARGO)),
    ("`cargo test -p lib` passes all existing tests", CriterionCheck(kind="command", argv=CARGO)),
    ("`cargo test -p lib` runs 28+ tests (26 + 2 new)", CriterionCheck(kind="test-count", argv=CARGO, at_least=28)),
    ("`cargo clippy` passes with zero warnings", CriterionCheck(kind="command", argv=("cargo", "clippy"))),
    ("All tests pass: `cargo test -p lib`", CriterionCheck(kind="all-tests", argv=CARGO)),
    ("Lints pass: `cargo clippy`", CriterionCheck(kind="command", argv=("cargo", "clippy"))),
    ("File `lib/src/a.rs` exists", CriterionCheck(kind="file-exists", path="lib/src/a.rs")),
    ("File `lib/src/a.rs` exists with types (>40 lines)", CriterionCheck(kind="file-exists", path="lib/src/a.rs", at_least=41)),  # noqa: E501
    ("File `lib/src/a.rs` exists with >300 lines", CriterionCheck(kind="file-exists", path="lib/src/a.rs", at_least=301)),  # noqa: E501
    ("File `a.rs` exists (at least 40 lines)", CriterionCheck(kind="file-exists", path="a.rs", at_least=40)),
    ("`lib/src/a.rs` exists with template", CriterionCheck(kind="file-exists", path="lib/src/a.rs")),
    ("File `lib/src/a.rs` does NOT exist", CriterionCheck(kind="file-missing", path="lib/src/a.rs")),
    ('`grep "pub mod a" lib/src/lib.rs` succeeds', CriterionCheck(kind="command", argv=("grep", "pub mod a", "lib/src/lib.rs"))),  # noqa: E501
    ("`grep 'alias = \"x\"' a.rs` succeeds (compat)", CriterionCheck(kind="command", argv=("grep", 'alias = "x"', "a.rs"))),  # noqa: E501
    ("`grep -r 'old' src` returns no matches", CriterionCheck(kind="command", argv=("grep", "-r", "old", "src"), expect="no-output")),  # noqa: E501
    ("Unit tests with mocked responses (minimum 5 tests)", CriterionCheck(kind="test-count", at_least=5)),
    ("20+ unit tests cover edge cases", CriterionCheck(kind="test-count", at_least=20)),
    ("4 new tests added and passing", CriterionCheck(kind="test-count", at_least=4)),
    ("3 property-based tests implemented", CriterionCheck(kind="test-count", at_least=3)),
    ("`cargo run -- --help` succeeds", CriterionCheck(kind="command", argv=("cargo", "run", "--", "--help"))),
    ("`cargo run -- --help` shows all subcommands", CriterionCheck(kind="command", argv=("cargo", "run", "--", "--help"))),  # noqa: E501
    ("`cargo run --example tour` exits with code 0", CriterionCheck(kind="command", argv=("cargo", "run", "--example", "tour"))),  # noqa: E501
    ("`cargo clippy` reports no warnings for base.rs", CriterionCheck(kind="command", argv=("cargo", "clippy"))),
    ("`cargo test -p lib` all tests pass", CriterionCheck(kind="command", argv=CARGO)),
    ("Test `a::b` passes", CriterionCheck(kind="all-tests", argv=("cargo", "test", "a::b"))),
    ("Integration test `watches` passes on Unix", CriterionCheck(kind="all-tests", argv=("cargo", "test", "watches"))),
    ("The test `keeps` still passes", CriterionCheck(kind="all-tests", argv=("cargo", "test", "keeps"))),
    ("`grep -rn old src` finds no occurrences", CriterionCheck(kind="command", argv=GREP, expect="no-output")),
    ("`grep -rn old src` finds none", CriterionCheck(kind="command", argv=GREP, expect="no-output")),
    ("No more uses: `grep -rn old src`", CriterionCheck(kind="command", argv=GREP, expect="no-output")),
    ("Nothing is left of it: `grep -rn old src`", CriterionCheck(kind="command", argv=GREP, expect="no-output")),
    ("No new warnings: `cargo clippy`", CriterionCheck(kind="command", argv=("cargo", "clippy"))),
    ("`src/a.rs` exists no more", CriterionCheck(kind="file-missing", path="src/a.rs")),
    ("File `a.rs` has fewer than 80 lines", CriterionCheck(kind="file-exists", path="a.rs", at_most=79)),
    ("File `a.rs` exists and has no more than 50 lines", CriterionCheck(kind="file-exists", path="a.rs", at_most=50)),
    ("`README.md` documents `slug(name)`", CriterionCheck(kind="command", argv=("grep", "-F", "slug", "README.md"))),
    ("6 new test functions", CriterionCheck(kind="test-count", at_least=6)),
    ("All remaining tests pass", CriterionCheck(kind="all-tests")),
    ("All tests pass", CriterionCheck(kind="all-tests")),
    ("Existing tests still pass.", CriterionCheck(kind="all-tests")),
    ("File `a.rs` has the whole structure (>100 lines)", CriterionCheck(kind="file-exists", path="a.rs", at_least=101)),
]  # fmt: skip

PROSE = [
    "All types compile without errors",
    "`ta --help` displays help",
    "`rm -rf target` succeeds",
    "`grep x a.rs | wc -l` succeeds",
    "`cargo test; rm x` succeeds",
    "`cargo run -- nonsense` shows an error",
    "Rejects nonsense: `cargo run -- nonsense`",
    "`cargo +nightly test` succeeds",
    "`find . -exec rm {} +` succeeds",
    "`grep root /etc/passwd` succeeds",
    "`cat ../../secret` succeeds",
    "`grep $(id) a.rs` succeeds",
    "`is_ready()` returns true",
    "`Gender` enum exists",
    "Test `a::b` passes on Windows",
    "Test `tests/a.rs` passes",
    "Test `a::b` covers both cases",
    "All new tests pass",
    "Integration tests pass with mock version data",
    "All tests pass with fixtures in `tests/fixtures/`",
    "6 new test cases cover blanks",
    "All 10+ existing tests still pass",
    "At least 100 random inputs in tests",
    "Round trips hold for at least 1000 inputs in property tests",
    "At least 20 lines of tests",
    "3 new test helpers",
    "At least 90 percent of tests are fast",
    "Test `x` passes with `cargo test -- --ignored`",
    "Test `x` passes with `--features tax`",
    "Test `x` passes (ignored by default)",
    "`cargo test status` runs no tests",
    "`cargo test fee` runs 0 tests",
    "`cargo run -- bad.txt` finds the two wrong lines",
    "`cargo run -- missing.txt` runs without a panic",
    "`cargo run` works and prints a usage line when no name is given",
    "`grep -rn old src` finds only the changelog",
    "`target/release/shop` exists after `cargo build --release`",
    "`shop.txt` exists after `cargo run -- init`",
    "Must not compile: `cargo check --example wrong`",
    "Fails without the feature: `cargo build --no-default-features`",
    "No ignored tests: `cargo test -- --ignored`",
    "Each command file has >80 lines",
    "All 12 tests of the old suite were added to the report",
    "`cargo test 'unclosed` passes",
]


@pytest.mark.parametrize(("text", "check"), CASES, ids=[text for text, _ in CASES])
def test_a_form_of_the_survey_becomes_a_check(text: str, check: CriterionCheck) -> None:
    assert check == read_check(text)


@pytest.mark.parametrize("text", PROSE)
def test_the_rest_stays_prose(text: str) -> None:
    assert read_check(text) is None


@given(st.text(max_size=200))
def test_only_reading_programs_ever_become_commands(text: str) -> None:
    for criterion in (text, f"`{text}` succeeds", f"All tests pass: `{text}`", f"`grep {text}` returns no matches"):
        check = read_check(criterion)
        if check is not None and check.argv:
            assert check.argv[0] in {"cargo", "grep", "rg", "test", "ls", "wc", "head", "cat", "diff", "find"}
            # `cargo +toolchain` would choose the compiler; a pattern of grep's may begin with a plus.
            assert check.argv[0] != "cargo" or not "".join(check.argv[1:2]).startswith("+")
