"""Criteria that ask cargo for more than the gate asks for itself, with a feature or in release, and the answers."""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from phasewright.result import CommandRecord

Outcome = Literal["ok", "failed", "failed-before", "deadline"]

_VERBS = frozenset({"build", "b", "check", "c", "test", "t", "clippy", "doc", "bench"})
_FEATURES = re.compile(r"--all-features|--features(=.*)?|-F.*|--no-default-features")
_OTHERS = re.compile(r"--release|-r|--profile(=.*)?|--target(=.*)?|--bench(es)?(=.*)?")


class CargoAnswer(BaseModel, frozen=True):
    """What became of one command of the plan."""

    argv: tuple[str, ...]
    outcome: Outcome
    said: str = ""
    """The first error."""


class CargoAnswers(BaseModel, frozen=True):
    """Of all of a phase's criteria that had to be asked."""

    answers: tuple[CargoAnswer, ...] = ()
    commands: tuple[CommandRecord, ...] = ()

    def to(self, argv: Sequence[str]) -> CargoAnswer | None:
        """Return the answer to one command; None where it was not asked."""
        return next((one for one in self.answers if one.argv == tuple(argv)), None)


def goes_beyond(argv: Sequence[str], manifests: Sequence[str]) -> bool:
    """Return True for a command of cargo whose answer does not follow from the gate's own results.

    >>> goes_beyond(["cargo", "test", "--release"], []), goes_beyond(["cargo", "test", "--all-features"], ["[package]"])
    (True, False)
    """
    if argv[:1] != ("cargo",) and argv[:1] != ["cargo"]:
        return False
    if len(argv) < 2 or argv[1] not in _VERBS:
        return False
    words = list(argv[2:])
    words = words[: words.index("--")] if "--" in words else words
    optional = any(re.search(r"^\s*\[features\]|^\s*features\.|optional\s*=\s*true", text, re.M) for text in manifests)
    is_more = any(_OTHERS.fullmatch(word) or (optional and _FEATURES.fullmatch(word)) for word in words)
    return is_more or argv[1] in ("doc", "bench")
