"""Blast radius fields, as real plans write them (survey 6), and those that must select nothing."""

import pytest
from support_plans import found, phase_text, place, plan_of

CASES = [
    ("`cargo test --lib` (library tests only)", ["cargo test --lib"]),
    ("`cargo test -p a && cargo test -p b`", ["cargo test -p a && cargo test -p b"]),
    ("`cargo test -p a` + `cargo test -p b`", ["cargo test -p a", "cargo test -p b"]),
    ("`just build` and `just test`", ["just build", "just test"]),
    ("`cargo test --lib list` + manual testing with `-v` flag", ["cargo test --lib list"]),
    ("`pnpm test` in `/ts` directory", ["pnpm test"]),
    ("Manual testing only: run `-v`", []),
    ("N/A (build configuration only)", []),
    ("None - documentation only", []),
    ('`cargo test && grep -r "tools:" .claude/skills/`', ['cargo test && grep -r "tools:" .claude/skills/']),
    ('""', []),
    ("`analysis::`", []),
]


@pytest.mark.parametrize(("value", "commands"), CASES, ids=[value for value, _ in CASES])
def test_commands_are_the_spans_that_begin_with_a_program(value: str, commands: list[str]) -> None:
    radius = plan_of(phase_text(f"**Blast Radius:** {value}")).phases[0].blast_radius

    assert value == radius.raw
    assert commands == list(radius.commands)
    assert () == radius.refused


def test_an_empty_string_means_everything_and_a_missing_field_says_nothing() -> None:
    assert plan_of(phase_text('**Blast Radius:** ""')).phases[0].blast_radius.is_everything
    assert plan_of(phase_text("**Goal:** x")).phases[0].blast_radius.raw is None


def test_a_bare_pattern_is_kept_as_one() -> None:
    assert ("analysis::",) == plan_of(phase_text("**Blast Radius:** `analysis::`")).phases[0].blast_radius.patterns


@pytest.mark.parametrize("command", [
    "cargo test; touch pwned", "cargo test | tee x", "cargo test $(touch pwned)", "cargo test > x", "cargo test & x",
    "cargo test --config target.x.runner=evil", "cargo test --manifest-path /tmp/x/Cargo.toml", "cargo +nightly test",
    "cargo test -Z unstable", 'cargo test "$(touch pwned)"', "cargo test 'unclosed", "cargo test --target-dir=/tmp",
])  # fmt: skip
def test_shell_and_options_select_nothing(command: str) -> None:
    plan = plan_of(phase_text(f"**Blast Radius:** `{command}`"))

    assert (command,) == plan.phases[0].blast_radius.refused
    assert [(5, 20)] == [place(note) for note in found(plan, "refused-blast-radius")]
