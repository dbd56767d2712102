"""Tests as a plain program: what is to be built, what it holds, and what it said."""

from typing import NamedTuple

from pydantic import BaseModel


class Program(NamedTuple):
    """A program in a checkout that runs tests and says behind a mark what became of each."""

    package: str
    folder: str
    """Of the package, from the checkout's top."""
    kind: str
    """bin, example"""
    name: str
    mark: str
    """Begins the lines that count; only the program's own `main` knows it."""
    of_repository: tuple[str, ...]
    """Packages whose source is the repository's: none of them may know a debug build."""
    tests: tuple[str, ...]
    """Identities, by the number under which the program knows them; one may stand there several times."""
    altered: tuple[str, ...] = ()
    """Identities of tests that stand behind them and expect something else."""


class ProgramReport(BaseModel, frozen=True):
    """What became of it; empty where it was not built."""

    outcomes: dict[str, str] = {}
    """Identity → the worst outcome."""
    altered: dict[str, str] = {}
    """Identity → outcome where the test expects something else."""
    stops: frozenset[str] = frozenset()
    """`package::name` of functions that never return."""

    def merged(self, other: "ProgramReport") -> "ProgramReport":
        """Return both reports as one."""
        return ProgramReport(
            outcomes=self.outcomes | other.outcomes,
            altered=self.altered | other.altered,
            stops=self.stops | other.stops,
        )
