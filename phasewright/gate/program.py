"""The third probe: do the new tests pass in a plain program, where nothing tells the code that it is tested?"""

import posixpath
import secrets
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.facts import SideFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry, read_blobs
from phasewright.gate.rust.program import ALTERED, BELOW, freed, knows_tests, main_function, with_calls, without_main
from phasewright.toolchain.outcomes import OK, PASSED, Identity
from phasewright.toolchain.program import Program, ProgramReport
from phasewright.toolchain.workspace import Member

_MOST_TESTS = 200
_MOST_TARGETS = 6
"""Each is a program of its own to build; those with tests that pass since this change come first."""
_NAME = "phasewright_program"


async def ask_program(measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], probes: Probes) -> Probes:
    """Return *probes* with what becomes, in a plain program, of the tests that the change concerns."""
    report = ProgramReport()
    owners = _by_target(_concerned(facts)[:_MOST_TESTS])
    for owner, tests in list(owners.items())[:_MOST_TARGETS]:
        made = await _program(measurer, facts, tree, owner, tests)
        if made is not None:
            program, files = made
            said, commands = await measurer.as_program(tree, files, program)
            report = report.merged(said)
            probes = probes.model_copy(update={"commands": (*probes.commands, *commands)})
    return probes.model_copy(update={"program": report})


def _concerned(facts: GateFacts) -> list[str]:
    """Return the tests that pass since this change, then those that stand in a changed file."""
    was, now = facts.before.tests, facts.after.tests
    passing = [t for t, o in now.outcomes.items() if o == OK and Identity.read(t).kind != "doc"]
    turned = [t for t in passing if was.outcomes.get(t) not in PASSED]
    beside = [t for t in passing if now.path_of(t) in facts.change.changed]
    return list(dict.fromkeys((*turned, *beside)))


def _by_target(tests: Iterable[str]) -> dict[tuple[str, str, str], list[str]]:
    owners: dict[tuple[str, str, str], list[str]] = {}
    for test in tests:
        one = Identity.read(test)
        owners.setdefault((one.package, one.kind, one.target), []).append(test)
    return owners


async def _program(
    measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], owner: tuple[str, str, str], tests: list[str]
) -> tuple[Program, dict[str, bytes]] | None:
    """Return the program of one target's *tests* and the files to lay over; None where there can be none."""
    target = _target(facts.after, tree, owner)
    if target is None:
        return None
    sources = await _sources(measurer, facts, tree, target.member)
    if sources is None:
        return None
    files, found, altered = _freed(facts, target, sources, tests)
    if not found or target.root not in files:
        return None
    calls = (*found, *(f"{path}{BELOW}" for path in found), *(f"{path}{ALTERED}" for path in altered))
    mark = secrets.token_hex(12)
    program = Program(
        package=target.member.name,
        folder=target.member.folder,
        kind="bin" if target.kind == "bin" else "example",
        name=target.name if target.kind == "bin" else _NAME,
        mark=mark,
        of_repository=_of_repository(facts.after),
        tests=(*found.values(), *found.values()),
        altered=tuple(found[path] for path in altered),
    )
    return program, files | _roots_with_calls(target, files[target.root], calls, mark)


class _Target(NamedTuple):
    """What holds the tests."""

    member: Member
    kind: str
    name: str
    root: str
    """Its root's path."""


def _target(facts: SideFacts, tree: Mapping[str, Entry], owner: tuple[str, str, str]) -> _Target | None:
    """Return the target by cargo's conventions; a root in another place is not looked for."""
    package, kind, name = owner
    members = facts.workspace.members if facts.workspace else ()
    member = next((one for one in members if one.name == package and not one.root), None)
    if member is None:
        return None
    main = ("src/main.rs",) if name == member.name else ()
    places = {
        "lib": ("src/lib.rs",),
        "bin": (*main, f"src/bin/{name}.rs", f"src/bin/{name}/main.rs"),
        "test": (f"tests/{name}.rs", f"tests/{name}/main.rs"),
    }
    paths = (posixpath.join(member.folder, place) for place in places.get(kind, ()))
    return next((_Target(member, kind, name, path) for path in paths if path in tree), None)


async def _sources(
    measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], member: Member
) -> dict[str, bytes] | None:
    """Return the package's compiled files; None where it is another one in tests since long, and openly."""
    workspace = facts.after.workspace
    mine = [p for p in facts.after.compiled if p in tree and p.endswith(".rs")]
    mine = [path for path in mine if workspace is not None and workspace.owner(path) == member.name]
    blobs = await read_blobs(measurer.repo, (tree[path].blob for path in mine))
    sources = {path: blobs[tree[path].blob] for path in mine}
    at_base = (facts.change.before(path) if path in facts.change.changed else sources[path] for path in mine)
    return None if any(knows_tests(source or b"") for source in at_base) else sources


def _freed(
    facts: GateFacts, target: _Target, sources: Mapping[str, bytes], tests: list[str]
) -> tuple[dict[str, bytes], dict[str, str], list[str]]:
    """Return the target's files with their tests as plain functions, path in the crate → test, altered paths."""
    paths = {Identity.read(test).test: test for test in tests}
    modules = {name for path in paths for name in path.split("::")[:-1]}
    in_tests = f"{posixpath.join(target.member.folder, 'tests')}/"
    files: dict[str, bytes] = {}
    found: set[str] = set()
    altered: set[str] = set()
    for path, source in sources.items():
        if path.startswith(in_tests) == (target.kind == "test"):
            here = [name for name, test in paths.items() if facts.after.tests.path_of(test) == path]
            made = freed(source, here, modules, is_test_code=is_test_file(path))
            files[path] = made.source
            found |= made.tests
            altered |= made.altered
    return files, {path: paths[path] for path in sorted(found)}, sorted(altered)


def _roots_with_calls(target: _Target, root: bytes, calls: tuple[str, ...], mark: str) -> dict[str, bytes]:
    """Return the crate's root, and that of the program where it is another, with the functions that run the tests."""
    place = posixpath.join(target.member.folder, "examples", f"{_NAME}.rs")
    here = main_function(f"{_NAME}::call", len(calls), mark)
    if target.kind == "bin":
        return {target.root: with_calls(without_main(root), calls) + here}
    if target.kind == "lib":
        library = target.name.replace("-", "_")
        main = main_function(f"{library}::{_NAME}::call", len(calls), mark)
        return {target.root: with_calls(root, calls), place: main}
    from_place = posixpath.relpath(target.root, posixpath.dirname(place))
    start = f'#![allow(warnings)]\n#[path = "{from_place}"]\npub(crate) mod of_tests;\n'.encode()
    return {place: with_calls(start, [f"of_tests::{call}" for call in calls]) + here}


def _of_repository(facts: SideFacts) -> tuple[str, ...]:
    """Return the names of the packages that are folders of the repository, members of a workspace or not."""
    members = facts.workspace.names() if facts.workspace else frozenset()
    folders = {name for name, places in facts.origins.items() if all("+" not in place for place in places)}
    return tuple(sorted(members | folders))
