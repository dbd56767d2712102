"""The third probe: do the new tests pass in a plain program, where nothing tells the code that it is tested?"""

import posixpath
import secrets
from collections.abc import Iterable, Mapping

from phasewright.gate.checks.source import is_test_file
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.facts import SideFacts
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry, read_blobs
from phasewright.gate.rust.program import freed, knows_tests, main_function, with_calls, without_main
from phasewright.toolchain.outcomes import OK, PASSED, Identity
from phasewright.toolchain.program import Program
from phasewright.toolchain.workspace import Member

_MOST_TESTS = 200
_MOST_TARGETS = 6
"""Each is a program of its own to build; those with tests that pass since this change come first."""
_NAME = "phasewright_program"


async def ask_program(measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], probes: Probes) -> Probes:
    """Return *probes* with what becomes, in a plain program, of the tests that the change concerns."""
    outcomes: dict[str, str] = {}
    owners = _by_target(_concerned(facts)[:_MOST_TESTS])
    for owner, tests in list(owners.items())[:_MOST_TARGETS]:
        made = await _program(measurer, facts, tree, owner, tests)
        if made is not None:
            program, files = made
            said, commands = await measurer.as_program(tree, files, program)
            outcomes |= said
            probes = probes.model_copy(update={"commands": (*probes.commands, *commands)})
    return probes.model_copy(update={"in_program": outcomes})


def _concerned(facts: GateFacts) -> list[str]:
    """Return the tests that pass since this change, then those that stand in a changed file."""
    was, now = facts.before.tests, facts.after.tests
    passing = [t for t, o in now.outcomes.items() if o == OK and Identity.read(t).kind != "doc"]
    turned = [t for t in passing if was.outcomes.get(t) not in PASSED]
    beside = [t for t in passing if now.places.get(t, "").rpartition(":")[0] in facts.change.changed]
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
    package, kind, target = owner
    members = facts.after.workspace.members if facts.after.workspace else ()
    member = next((one for one in members if one.name == package and not one.root), None)
    root = next((path for path in _roots(member, kind, target) if path in tree), None) if member else None
    if member is None or root is None or facts.after.workspace is None:
        return None
    own = facts.after.workspace.owner
    mine = [p for p in facts.after.compiled if p in tree and p.endswith(".rs") and own(p) == package]
    blobs = await read_blobs(measurer.repo, (tree[path].blob for path in mine))
    sources = {path: blobs[tree[path].blob] for path in mine}
    at_base = (facts.change.before(p) if p in facts.change.changed else sources[p] for p in mine)
    if any(knows_tests(source or b"") for source in at_base):
        return None  # code that is another one in tests since long, and openly
    in_tests = f"{posixpath.join(member.folder, 'tests')}/"
    sources = {path: source for path, source in sources.items() if path.startswith(in_tests) == (kind == "test")}
    return _made(facts, member, (kind, target), root, sources, tests)


def _roots(member: Member, kind: str, target: str) -> tuple[str, ...]:
    """Return where a target's root may be, by cargo's conventions; another place is not looked for."""
    if kind == "lib":
        places: tuple[str, ...] = ("src/lib.rs",)
    elif kind == "bin":
        own = ("src/main.rs",) if target == member.name else ()
        places = (*own, f"src/bin/{target}.rs", f"src/bin/{target}/main.rs")
    else:
        places = (f"tests/{target}.rs", f"tests/{target}/main.rs") if kind == "test" else ()
    return tuple(posixpath.join(member.folder, place) for place in places)


def _made(
    facts: GateFacts,
    member: Member,
    owner: tuple[str, str],
    root: str,
    sources: dict[str, bytes],
    tests: list[str],
) -> tuple[Program, dict[str, bytes]] | None:
    kind, target = owner
    paths = {Identity.read(test).test: test for test in tests}
    modules = {name for path in paths for name in path.split("::")[:-1]}
    files: dict[str, bytes] = {}
    reached: set[str] = set()
    for path, source in sources.items():
        here = [name for name, test in paths.items() if facts.after.tests.places.get(test, "").startswith(f"{path}:")]
        files[path], found = freed(source, here, modules, is_test_code=is_test_file(path))
        reached |= found
    calls = sorted(reached)
    text = files.get(root)
    if not calls or text is None:
        return None
    mark, count = secrets.token_hex(12), len(calls)
    library = next((name for own, name in member.targets if own == "lib"), member.name).replace("-", "_")
    place = posixpath.join(member.folder, "examples", f"{_NAME}.rs")
    if kind == "bin":
        files[root] = with_calls(without_main(text), calls) + main_function(f"{_NAME}::call", count, mark)
    elif kind == "lib":
        files[root] = with_calls(text, calls)
        files[place] = main_function(f"{library}::{_NAME}::call", count, mark)
    else:
        own = posixpath.relpath(root, posixpath.dirname(place))
        start = f'#![allow(warnings)]\n#[path = "{own}"]\npub(crate) mod of_tests;\n'.encode()
        files[place] = with_calls(start, [f"of_tests::{call}" for call in calls]) + main_function(
            f"{_NAME}::call", count, mark
        )
    program = Program(
        package=member.name,
        folder=member.folder,
        kind="bin" if kind == "bin" else "example",
        name=target if kind == "bin" else _NAME,
        mark=mark,
        of_repository=_of_repository(facts.after),
        tests=tuple(paths[call] for call in calls),
    )
    return program, files


def _of_repository(facts: SideFacts) -> tuple[str, ...]:
    """Return the names of the packages that are folders of the repository, members of a workspace or not."""
    members = facts.workspace.names() if facts.workspace else frozenset()
    folders = {name for name, places in facts.origins.items() if all("+" not in place for place in places)}
    return tuple(sorted(members | folders))
