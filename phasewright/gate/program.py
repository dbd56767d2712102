"""The third probe: do the new tests pass in a plain program, where nothing tells the code that it is tested?"""

import secrets
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry, read_blobs
from phasewright.gate.program_target import NAME, Tested, copy_as_program, find_target, roots_with_calls
from phasewright.gate.rust.program import ALTERED, BELOW, freed, knows_tests
from phasewright.result import CommandRecord
from phasewright.toolchain.outcomes import OK, PASSED, Identity
from phasewright.toolchain.program import Program, ProgramReport
from phasewright.toolchain.workspace import Member

_MOST_TESTS = 200
_MOST_TARGETS = 6
"""Each is a program of its own to build; those with tests that pass since this change come first."""


async def ask_program(measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], probes: Probes) -> Probes:
    """Return *probes* with what becomes, in a plain program, of the tests that the change concerns."""
    report = ProgramReport()
    owners = _by_target(_concerned(facts)[:_MOST_TESTS])
    for owner, tests in list(owners.items())[:_MOST_TARGETS]:
        said, commands = await _ask(measurer, facts, tree, owner, tests)
        report = report.merged(said)
        probes = probes.model_copy(update={"commands": (*probes.commands, *commands)})
    return probes.model_copy(update={"program": report})


class _Way(NamedTuple):
    """How a program is made of tests."""

    waiting: bool
    """Those that a runtime runs are in it."""
    copied: bool
    """A library is copied, so that its tests find what only tests depend on."""


_WAYS = (_Way(True, False), _Way(True, True), _Way(False, False), _Way(False, True))


async def _ask(
    measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], owner: tuple[str, str, str], tests: list[str]
) -> tuple[ProgramReport, tuple[CommandRecord, ...]]:
    """Return what becomes of one target's *tests*, made into a program in the first way in which one is built."""
    report, commands = ProgramReport(), tuple[CommandRecord, ...]()
    target = find_target(facts.after, facts.roots, owner)
    sources = await _sources(measurer, facts, tree, target.member) if target is not None else None
    if target is None or sources is None:
        return report, commands
    waits = True
    for way in _WAYS:
        made = _program(facts, target, sources, tests, way) if way.waiting or waits else None
        if made is not None:
            waits = made.waits or not way.waiting
            report, more = await measurer.as_program(tree, made.files, made.program, target.root)
            commands = (*commands, *more)
            if report.outcomes:
                break
    return _as_known(report, target), commands


def _as_known(report: ProgramReport, target: Tested) -> ProgramReport:
    """Return *report* with the package's name as identities have it."""
    stops = {f"{target.member.name}::{name.partition('::')[2]}" for name in report.stops}
    return report.model_copy(update={"stops": frozenset(stops)})


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


class _Made(NamedTuple):
    program: Program
    files: dict[str, bytes]
    """To be laid over the candidate's."""
    waits: bool
    """True where tests are in it that a runtime runs."""


def _program(
    facts: GateFacts, target: Tested, sources: Mapping[str, bytes], tests: list[str], way: _Way
) -> _Made | None:
    """Return the program of one target's *tests*; None where there can be none."""
    own = _freed(facts, target, sources, tests, waiting=way.waiting)
    found = own.tests
    if not found or target.path not in own.files:
        return None
    calls = (*found, *(f"{path}{BELOW}" for path in found), *(f"{path}{ALTERED}" for path in own.altered))
    mark = secrets.token_hex(12)
    program = Program(
        package=target.package,
        folder=target.member.folder,
        kind="bin" if target.kind == "bin" else "example",
        name=target.name if target.kind == "bin" else NAME,
        mark=mark,
        of_repository=_of_repository(facts),
        tests=(*found.values(), *found.values()),
        altered=tuple(found[path] for path in own.altered),
    )
    if way.copied:
        included = {path: source for path, source in sources.items() if not path.endswith(".rs")}
        copied = copy_as_program(target, own.files | included, calls, mark)
        return None if copied is None else _Made(program, copied, own.waits)
    files = own.files | roots_with_calls(target, own.files[target.path], calls, mark)
    return _Made(program, files, own.waits)


async def _sources(
    measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], member: Member
) -> dict[str, bytes] | None:
    """Return what the package is compiled of; None where it is another one in tests since long, and openly."""
    workspace = facts.after.workspace
    mine = [
        p for p in facts.after.compiled if p in tree and workspace is not None and workspace.owner(p) == member.name
    ]
    blobs = await read_blobs(measurer.repo, (tree[path].blob for path in mine))
    sources = {path: blobs[tree[path].blob] for path in mine}
    rust = [path for path in mine if path.endswith(".rs")]
    at_base = (facts.change.before(path) if path in facts.change.changed else sources[path] for path in rust)
    return None if any(knows_tests(source or b"") for source in at_base) else sources


class _Freed(NamedTuple):
    files: dict[str, bytes]
    """The target's files with their tests as plain functions."""
    tests: dict[str, str]
    """Path in the crate → test."""
    altered: list[str]
    """Paths of those that stand there once more, expecting something else."""
    waits: bool


def _freed(
    facts: GateFacts, target: Tested, sources: Mapping[str, bytes], tests: list[str], *, waiting: bool
) -> _Freed:
    paths = {Identity.read(test).test: test for test in tests}
    modules = {name for path in paths for name in path.split("::")[:-1]}
    files: dict[str, bytes] = {}
    found: set[str] = set()
    altered: set[str] = set()
    waits = False
    for path, source in sources.items():
        if path.endswith(".rs") and target.holds(path):
            here = [name for name, test in paths.items() if facts.after.tests.path_of(test) == path]
            made = freed(source, here, modules, is_test_code=is_test_file(path), waiting=waiting)
            files[path] = made.source
            found |= made.tests
            altered |= made.altered
            waits = waits or bool(made.waiting)
    return _Freed(files, {path: paths[path] for path in sorted(found)}, sorted(altered), waits)


def _of_repository(facts: GateFacts) -> tuple[str, ...]:
    """Return the names of the packages that are folders of the repository, members of a workspace or not."""
    roots = {root.folder: root for root in facts.roots}
    members = facts.after.workspace.members if facts.after.workspace else ()
    own = {roots[one.root].package(one.name) if one.root in roots else one.name for one in members}
    folders = {name for name, places in facts.after.origins.items() if all("+" not in place for place in places)}
    return tuple(sorted(own | folders))
