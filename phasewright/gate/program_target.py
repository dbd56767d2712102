"""What holds tests that are to become a program: where its root is, which files are its own, who calls them."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from phasewright.gate.facts import SideFacts
from phasewright.gate.roots import Root
from phasewright.gate.rust.program import main_function, with_calls, without_main
from phasewright.toolchain.workspace import LIBRARIES, Member

NAME = "phasewright_program"
"""Of the example that the program is, where it is no program already."""
_NAMES_ITSELF = re.compile(rb"\bmodule_path!|\btype_name\b|CARGO_CRATE_NAME|Location::caller|track_caller")
"""Code that honestly answers otherwise in a crate of another name, or in another folder."""


class Tested(NamedTuple):
    """A target whose tests are asked."""

    member: Member
    kind: str
    """lib, bin, test"""
    name: str
    path: str
    """Of its root file."""
    root: Root | None = None
    """The Cargo root that builds it; None: the topmost one."""

    @property
    def package(self) -> str:
        """Return what cargo calls the package."""
        return self.root.package(self.member.name) if self.root else self.member.name

    def holds(self, path: str) -> bool:
        """Return True for a source file that may be compiled into this target, and into no other one that is asked."""
        in_tests = f"{posixpath.join(self.member.folder, 'tests')}/"
        if self.kind != "test" or self.path.startswith(in_tests):
            return path.startswith(in_tests) == (self.kind == "test")
        beside = posixpath.dirname(self.path)
        return path == self.path or (beside != self.member.folder and path.startswith(f"{beside}/"))


def find_target(facts: SideFacts, roots: Sequence[Root], owner: tuple[str, str, str]) -> Tested | None:
    """Return the target that *owner* names (package, kind, target), where a program can be made of it."""
    package, kind, name = owner
    members = facts.workspace.members if facts.workspace else ()
    member = next((one for one in members if one.name == package), None)
    root = next((one for one in roots if member is not None and member.root and one.folder == member.root), None)
    if member is None or (member.root and root is None):
        return None
    path = next((one.path for one in member.targets if (one.kind, one.name) == (kind, name)), "")
    made = "lib" if kind in LIBRARIES else kind
    return Tested(member, made, name, path, root) if path and made in ("lib", "bin", "test") else None


def roots_with_calls(target: Tested, source: bytes, calls: Sequence[str], mark: str) -> dict[str, bytes]:
    """Return the target's root, and that of the program where it is another, with the functions that run the tests.

    Args:
        source: the root's. calls: paths of the functions, in the crate.
    """
    place = posixpath.join(target.member.folder, "examples", f"{NAME}.rs")
    here = main_function(f"{NAME}::call", len(calls), mark)
    if target.kind == "bin":
        return {target.path: with_calls(without_main(source), calls) + here}
    if target.kind == "lib":
        main = main_function(f"{target.name.replace('-', '_')}::{NAME}::call", len(calls), mark)
        return {target.path: with_calls(source, calls), place: main}
    from_place = posixpath.relpath(target.path, posixpath.dirname(place))
    start = f'#![allow(warnings)]\n#[path = "{from_place}"]\npub(crate) mod of_tests;\n'.encode()
    return {place: with_calls(start, [f"of_tests::{call}" for call in calls]) + here}


def copy_as_program(
    target: Tested, files: Mapping[str, bytes], calls: Sequence[str], mark: str
) -> dict[str, bytes] | None:
    """Return a library's files as those of an example: its tests may use what only dev-dependencies bring.

    None where that is another crate. What the library includes from beside it lies beside the example, too.

    Args:
        files: all that the library is compiled of, and what it includes.
    """
    if target.kind != "lib" or any(_NAMES_ITSELF.search(source) for source in files.values()):
        return None
    examples = posixpath.join(target.member.folder, "examples")
    root = posixpath.join(examples, NAME, "main.rs")
    copies: dict[str, bytes] = {}
    for path, source in files.items():
        from_root = posixpath.relpath(path, posixpath.dirname(target.path) or ".")
        place = posixpath.normpath(posixpath.join(examples, NAME, from_root))
        if place.startswith(f"{examples}/") and place != root:
            copies[place] = source
    here = main_function(f"{NAME}::call", len(calls), mark)
    return copies | {root: with_calls(without_main(files[target.path]), calls) + here}
