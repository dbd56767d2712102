"""Criteria that ask cargo for more than the gate asks for itself, with a feature or in release, and the answers."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel

from phasewright.gate.features import has_choices
from phasewright.result import CommandRecord

Outcome = Literal["ok", "failed", "failed-before"]

_TESTS = frozenset({"test", "t"})
_VERBS = frozenset({"build", "b", "check", "c", "clippy", "doc", "bench", "nextest", "run", "r"}) | _TESTS
_ALWAYS = ("doc", "bench", "run", "r")
"""What the gate never asks for itself."""
_FEATURES = re.compile(r"--all-features|--features(=.*)?|-F.*|--no-default-features")
_OTHERS = re.compile(r"--release|-r|--(profile|cargo-profile|target|run-ignored)(=.*)?|--bench(es)?(=.*)?")
_IGNORED = frozenset({"--ignored", "--include-ignored"})


_WITH_A_VALUE = frozenset("-p --package --bin --example -F --features --profile --target -j --jobs".split())  # noqa: SIM905


class CargoAnswer(BaseModel, frozen=True):
    """What became of one command of the plan."""

    argv: tuple[str, ...]
    outcome: Outcome
    said: str = ""
    """The first error."""
    output: str = ""
    """The end of what a program of the repository printed itself."""


class CargoAnswers(BaseModel, frozen=True):
    """Of all of a phase's criteria that had to be asked."""

    answers: tuple[CargoAnswer, ...] = ()
    commands: tuple[CommandRecord, ...] = ()

    def to(self, argv: Sequence[str]) -> CargoAnswer | None:
        """Return the answer to one command; None where it was not asked."""
        return next((one for one in self.answers if one.argv == tuple(argv)), None)


def runs_a_program(argv: Sequence[str]) -> bool:
    """Return True for a command that ends when the repository's own program does, and as it does."""
    return argv[1] in ("run", "r")


def build_options(argv: Sequence[str]) -> tuple[str, ...]:
    """Return the options of `cargo run` that say what is built; what comes after them is the program's own.

    >>> build_options(["cargo", "run", "-p", "shop", "show", "-v"]), build_options(["cargo", "run", "-r", "--", "-v"])
    (('-p', 'shop'), ('-r',))
    """
    words = list(argv[2:])
    options: list[str] = []
    while words and words[0].startswith("-") and words[0] != "--":
        options.append(words.pop(0))
        if options[-1] in _WITH_A_VALUE and words:
            options.append(words.pop(0))
    return tuple(options)


def runs_tests(argv: Sequence[str]) -> bool:
    """Return True for a command of cargo that is answered by tests: where none runs, it says nothing."""
    return argv[1] in _TESTS and "--no-run" not in argv


def goes_beyond(argv: Sequence[str], manifests: Mapping[str, str]) -> bool:
    """Return True for a command of cargo whose answer does not follow from the gate's own results.

    Args:
        manifests: path → text, of the candidate: where there are no features, all of them are what is built anyway.

    >>> goes_beyond(["cargo", "test", "--release"], {}), goes_beyond(["cargo", "test", "--all-features"], {})
    (True, False)
    """
    if len(argv) < 2 or argv[0] != "cargo" or argv[1] not in _VERBS:
        return False
    words = list(argv[2:])
    cut = words.index("--") if "--" in words else len(words)
    asked, for_tests = words[:cut], words[cut:]
    if argv[1] in _ALWAYS or any(map(_OTHERS.fullmatch, asked)) or not _IGNORED.isdisjoint(for_tests):
        return True
    return any(map(_FEATURES.fullmatch, asked)) and has_choices(manifests)
