"""What a change does to the names that tests use."""

from phasewright.gate.change import Change
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.rust.definitions import Moves, moves


def moves_of(change: Change) -> Moves:
    """Return which names the changed Rust files lost and gained; those of test files are no code's."""
    paths = [path for path in sorted(change.changed) if path.endswith(".rs") and not is_test_file(path)]
    return moves(
        (source for path in paths if (source := change.before(path)) is not None),
        (source for path in paths if (source := change.after(path)) is not None),
    )
