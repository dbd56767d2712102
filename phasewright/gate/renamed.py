"""What a change does to the names that tests use."""

from phasewright.gate.change import Change
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.rust.definitions import Moves, definitions, moves


def moves_of(change: Change) -> Moves:
    """Return which names the changed Rust files lost and gained; those of test files are no code's."""
    return moves(_sources(change, after=False), _sources(change, after=True))


def code_names(change: Change) -> frozenset[str]:
    """Return the names that the changed Rust files define at base, tests apart."""
    return frozenset().union(*(definitions(source).names for source in _sources(change, after=False)))


def _sources(change: Change, *, after: bool) -> list[bytes]:
    read = change.after if after else change.before
    paths = [path for path in sorted(change.changed) if path.endswith(".rs") and not is_test_file(path)]
    return [source for path in paths if (source := read(path)) is not None]
