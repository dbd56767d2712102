"""Blast radius texts of real plans → what they select."""

import pytest

from phasewright.gate.selection import Selection, select
from phasewright.gate.selection_text import NotASelection, read_blast_radius, read_command
from phasewright.plan import BlastRadius

TESTS = (
    "core/lib/core::parse::tests::reads",
    "core/test/it::zero",
    "app/bin/app::tests::args",
    "core/doc/src/lib.rs::add#1",
)
NODES = ("shapes/test/tests/test_a.py::TestEdges::test_zero[1]", "shapes/test/tests/test_b.py::test_one")
CRATES = frozenset({"core", "app"})


def chosen(text: str) -> tuple[str, ...]:
    selections, _ = read_blast_radius(BlastRadius(raw=text))
    return tuple(dict.fromkeys(test for one in selections for test in select(one, TESTS, CRATES).tests))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`pytest`", NODES),
        ("`pytest tests/ -q`", NODES),
        ("`pytest ./tests/test_b.py`", NODES[1:]),
        ("`python -m pytest tests/test_a.py::TestEdges::test_zero`", NODES[:1]),
        ("`pytest -k test_one`", NODES[1:]),
        ("`pytest -p evil`", ()),
        ("`pytest --co`", ()),
    ],
)
def test_a_blast_radius_of_pytest_selects(text: str, expected: tuple[str, ...]) -> None:
    selections, _ = read_blast_radius(BlastRadius(raw=text))

    assert expected == tuple(test for one in selections for test in select(one, NODES, frozenset({"shapes"})).tests)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`cargo test`", TESTS),
        ("`cargo test --lib parse` (library tests only)", TESTS[:1]),
        ("`cargo test -p core --lib` + `cargo test -p app`", (TESTS[0], TESTS[2])),
        ("`cargo test -p core && cargo test -p app`", (TESTS[0], TESTS[1], TESTS[3], TESTS[2])),
        ("cargo test --test it", TESTS[1:2]),
        ("`cargo test core::parse`", TESTS[:1]),
        ("`cargo test crate::parse`", TESTS[:1]),
        ("`parse::tests`", TESTS[:1]),
        ("cargo test --doc", TESTS[3:]),
        ("`cargo test -- --skip parse`", TESTS[1:]),
        ("`cargo test parse::tests::reads -- --exact`", TESTS[:1]),
        ("`cargo nextest run -p app`", TESTS[2:3]),
        ("Manual testing only", ()),
        ("None (documentation)", ()),
    ],
)
def test_a_blast_radius_selects(text: str, expected: tuple[str, ...]) -> None:
    assert expected == chosen(text)


@pytest.mark.parametrize(
    "command",
    [
        "cargo test --config target.x.runner='true'",
        "cargo test --manifest-path ../x/Cargo.toml",
        "cargo test --target-dir /x",
        "cargo +nightly test",
        "cargo test || true",
        "cargo test $(id)",
        "cargo test -Zunstable",
        "cargo test -- --list",
        "cargo test -p ../x",
        "cargo run --bin x",
        'cargo test "unclosed',
        "pnpm test",
    ],
)
def test_what_is_no_selection_is_not_taken(command: str) -> None:
    with pytest.raises(NotASelection):
        read_command(command)


def test_no_field_means_everything_and_asks_for_nothing() -> None:
    assert ((Selection(explicit=False),), ()) == read_blast_radius(BlastRadius())


def test_an_unknown_package_is_named_with_the_known_ones() -> None:
    selected = select(read_command("cargo test -p cor"), TESTS, CRATES)

    assert "no package 'cor' in the workspace (packages: app, core)" == selected.problem


def test_a_part_that_is_no_test_command_is_reported() -> None:
    _, problems = read_blast_radius(
        BlastRadius(raw="`cargo test` and `pnpm test`", commands=("cargo test", "pnpm test"))
    )

    assert ("'pnpm test': not a cargo command; the gate does not run it",) == problems
