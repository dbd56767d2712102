"""Options: what is given now wins over what the run had, and that over the repository's file."""

from dataclasses import fields
from pathlib import Path

import pytest
from support_cli import phasewright

from phasewright.cli.given import Given
from phasewright.errors import UsageError
from phasewright.options import RunOptions
from phasewright.settings import options_from, settle_options

TOML = b"[run]\nmax_turns = 7\nretries = 0\n"


def test_defaults_hold_without_anything() -> None:
    assert RunOptions() == settle_options(RunOptions(), None, None)


def test_the_file_is_heard() -> None:
    assert 7 == settle_options(RunOptions(), None, TOML).max_turns


def test_a_continued_run_keeps_its_options() -> None:
    assert 9 == settle_options(RunOptions(), RunOptions(max_turns=9), TOML).max_turns


def test_what_is_given_now_wins() -> None:
    settled = settle_options(RunOptions(max_turns=11), RunOptions(max_turns=9), TOML)

    assert (11, 0) == (settled.max_turns, settled.retries)


def test_fresh_is_asked_for_each_time() -> None:
    assert not settle_options(RunOptions(), RunOptions(fresh=True), None).fresh


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (b"[run]\nmax_turn = 7\n", "max_turn"),
        (b"[run]\nmax_turns = 0\n", "max_turns"),
        (b"[run\n", "phasewright.toml"),
        (b"\xff", "phasewright.toml"),
    ],
)
def test_a_bad_file_is_refused_by_name(toml: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        settle_options(RunOptions(), None, toml)


def test_a_bad_option_is_named_as_it_was_given() -> None:
    with pytest.raises(UsageError, match="--max-turns"):
        options_from({"max_turns": 0})


def test_every_option_of_a_run_can_be_given_and_is_explained() -> None:
    """`fresh` is of `run` alone: a resumed run is not begun anew."""
    assert RunOptions.model_fields.keys() - {"fresh"} == {field.name for field in fields(Given)}
    shown = phasewright("run", "--help", cwd=Path("/")).stdout
    for name in RunOptions.model_fields:
        assert f"--{name.replace('_', '-')}" in shown
