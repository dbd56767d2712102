"""What of base's tests a change touched, and how to put it back over the candidate's code."""

import posixpath
from collections.abc import Mapping
from dataclasses import replace

from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_beside, is_test_data, is_test_file, test_kits
from phasewright.gate.python.scan import is_python_test
from phasewright.gate.rust.constants import with_constants_of
from phasewright.gate.rust.facts import RustFacts
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.surgery import with_tests_of


def tests_were_touched(facts: GateFacts) -> bool:
    """Return True where something that base's tests consist of is another one, whether or not a check minds."""
    if facts.material.data or facts.material.constants:
        return True
    kits = tuple(test_kits(facts.change, facts.phase))
    for path in sorted(facts.change.changed):
        if not path.endswith(".rs"):
            # What is new beside data that was there may tell a test to look elsewhere.
            if is_test_data(path) and any(is_beside(path, other) for other in facts.change.base):
                return True
            continue
        before, after = facts.change.before(path), facts.change.after(path)
        is_file = _is_whole(facts, path) or path.startswith(kits)
        if before is not None and after is not None and are_other_tests(before, after, is_file):
            return True
    return False


def are_other_tests(before: bytes, after: bytes, is_file_of_tests: bool) -> bool:
    """Return True where *after* lacks a test or a helper of *before*, has it differently, or has new ways out."""
    old, new = (scan_rust(source, is_test_file=is_file_of_tests) for source in (before, after))
    helpers = {name: one.body for name, one in old.functions.items() if one.in_test}
    return (
        any(name not in new.tests or replace(new.tests[name], line=one.line) != one for name, one in old.tests.items())
        or any(name not in new.functions or new.functions[name].body != body for name, body in helpers.items())
        or bool(old.tests and new.hatches - old.hatches)
        or bool(old.tests and old.test_uses - new.test_uses)
        or bool(_called(old) & {name.rpartition("::")[2] for name in new.functions.keys() - old.functions.keys()})
    )


def _called(facts: RustFacts) -> frozenset[str]:
    """Return what the tests call: a new function of that name beside them may be what they call from now on."""
    return frozenset().union(*(test.calls for test in facts.tests.values()))


def moved_files(facts: GateFacts) -> dict[str, str]:
    """Return where tests of base stand now: their file in the candidate → the file that they stood in at base."""
    was, now = facts.before.tests, facts.after.tests
    places = {(now.path_of(test), was.path_of(test)) for test in was.places.keys() & now.places.keys()}
    base, head = facts.change.base, facts.change.head
    moved = {
        new: old for new, old in sorted(places) if new != old and new in head and old in base and _is_rust(new, old)
    }
    # What they use moved with them: all that stood below the same folder of tests.
    folders = {(posixpath.dirname(new), posixpath.dirname(old)) for new, old in moved.items()}
    for to, source in sorted((to, source) for to, source in folders if posixpath.basename(source) == "tests"):
        for old in (path for path in base if path.startswith(f"{source}/") and path not in head):
            new = f"{to}/{old.removeprefix(f'{source}/')}"
            if new in head and new not in moved and _is_rust(new, old):
                moved[new] = old
    return moved


def base_tests_overlay(
    facts: GateFacts, moved: Mapping[str, tuple[bytes, bytes]] | None = None
) -> dict[str, bytes | None]:
    """Return the files that put base's tests and their data back over the candidate's code.

    Args:
        moved: file in the candidate → its content there, and the content of the file that held its tests at base.
    """
    files: dict[str, bytes | None] = {}
    kits = tuple(test_kits(facts.change, facts.phase))
    for path in sorted(facts.change.changed):
        before, after = facts.change.before(path), facts.change.after(path)
        if is_test_data(path) or path in facts.material.data or (path.startswith(kits) and path.endswith(".rs")):
            files[path] = before  # None removes what only the candidate has
        elif path.endswith(".py") and is_python_test(path):
            files[path] = before
        elif path.endswith(".rs") and before is not None and after is not None:
            restored = before if _is_whole(facts, path) else with_tests_of(after, before)
            restored = with_constants_of(restored, before, facts.material.constants.get(path, ()))
            if restored != after:
                files[path] = restored
    for path, (after, before) in (moved or {}).items():
        files[path] = before if is_test_file(path) else with_tests_of(after, before)
    return files


def _is_whole(facts: GateFacts, path: str) -> bool:
    """Return True for a file that is test code as a whole."""
    return facts.material.is_test(path) or path in facts.material.kits


def _is_rust(*paths: str) -> bool:
    return all(path.endswith(".rs") for path in paths)
