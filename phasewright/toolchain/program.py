"""Tests as a plain program: what is to be built, and what it holds."""

from typing import NamedTuple


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
    """Identities, by the number under which the program knows them."""
