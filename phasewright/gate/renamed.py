"""What a change does to the names that tests use."""

from phasewright.gate.change import Change
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.rust.adapted import is_adapted
from phasewright.gate.rust.definitions import Moves, definitions, moves
from phasewright.gate.rust.scan import scan_rust


def moves_of(change: Change) -> Moves:
    """Return which names the changed Rust files lost and gained; those of test files are no code's."""
    return moves(_sources(change, after=False), _sources(change, after=True))


def moves_in_tests(change: Change) -> Moves:
    """Return what `moves_of` does, with the helpers of tests that have another name and are otherwise as they were."""
    moved = moves_of(change)
    gone, new = set(moved.gone), set(moved.new)
    for path in sorted(path for path in change.modified() if path.endswith(".rs")):
        old, now = (_helpers(read(path) or b"", path) for read in (change.before, change.after))
        for name, function in old.items():
            for later in now.keys() - old.keys() if name not in now else ():
                if all(is_adapted(a, b, moved) for a, b in zip(function, now[later], strict=True)):
                    gone.add(name)
                    new.add(later)
    return moved._replace(gone=frozenset(gone), new=frozenset(new))


def _helpers(source: bytes, path: str) -> dict[str, tuple[str, str, str]]:
    """Return the functions that only tests use and that are none: name → parameters, what it returns, body."""
    found = scan_rust(source, is_test_file=is_test_file(path))
    helpers = {name: one for name, one in found.functions.items() if one.in_test and name not in found.tests}
    return {name.rpartition("::")[2]: (one.parameters, one.returns, one.body) for name, one in helpers.items()}


def code_names(change: Change) -> frozenset[str]:
    """Return the names that the changed Rust files define at base, tests apart."""
    return frozenset().union(*(definitions(source).names for source in _sources(change, after=False)))


def _sources(change: Change, *, after: bool) -> list[bytes]:
    read = change.after if after else change.before
    paths = [path for path in sorted(change.changed) if path.endswith(".rs") and not is_test_file(path)]
    return [source for path in paths if (source := read(path)) is not None]
