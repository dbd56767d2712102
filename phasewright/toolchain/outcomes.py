"""Tests by identity, and what became of them."""

from typing import NamedTuple

from pydantic import BaseModel

OK, FAILED, IGNORED, LOST, NOT_RUN, FLAKY = "ok", "failed", "ignored", "lost", "not-run", "flaky"
COMPILED = "compiled"
"""A doc test that is compiled and not run (`no_run`)."""
TOGETHER = "failed-together"
"""Fails each time that its executable's tests run together, and passes each time alone: no accident."""
WITH_CARGO = "only-with-cargo"
"""In a plain program: fails, and passes once cargo's environment is there."""
PASSED = frozenset({OK, FLAKY, COMPILED})
QUIET = PASSED | {IGNORED}
"""Outcomes that are no failure."""


class Identity(NamedTuple):
    """Which test it is. Counts are worthless: hiding a test keeps every exit code."""

    package: str
    kind: str
    """lib, bin, test, example, bench, proc-macro, doc"""
    target: str
    """Name of the target; for doc tests the file."""
    test: str

    def __str__(self) -> str:
        return f"{self.package}/{self.kind}/{self.target}::{self.test}"

    @classmethod
    def read(cls, text: str) -> "Identity":
        """Return the identity that `str()` gave as *text*."""
        package, kind, rest = text.split("/", 2)
        target, _, test = rest.partition("::")
        return cls(package, kind, target, test)


class TestOutcomes(BaseModel, frozen=True):
    """What a suite's tests said. Keys are identities as text."""

    __test__ = False
    outcomes: dict[str, str] = {}
    """Identity → ok, failed, ignored, lost (started, never ended), not-run, flaky, failed-together,
    compiled (a doc test, not run)."""
    places: dict[str, str] = {}
    """Identity → "path:line" in the checkout."""
    failures: dict[str, str] = {}
    """Identity → what the failing test printed, cut."""
    broken: tuple[str, ...] = ()
    """Executables whose report does not add up, each with why."""
    foreign: tuple[str, ...] = ()
    """Executables that do not speak libtest (`harness = false`)."""
    hung: tuple[str, ...] = ()
    """Identities that ran when the deadline passed, or the executable when none is known."""

    def path_of(self, test: str) -> str:
        """Return the file in which *test* stands; empty where that is not known."""
        return self.places.get(test, "").rpartition(":")[0]

    def merged(self, other: "TestOutcomes") -> "TestOutcomes":
        """Return both, *other* winning where both know a test."""
        return TestOutcomes(
            outcomes=self.outcomes | other.outcomes,
            places=self.places | other.places,
            failures=self.failures | other.failures,
            broken=(*self.broken, *other.broken),
            foreign=(*self.foreign, *other.foreign),
            hung=(*self.hung, *other.hung),
        )
