"""The second probe: do the tests notice when the code that they are said to test is emptied?"""

from collections.abc import Mapping, Sequence

from phasewright.gate.consent import is_fix
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry, read_blobs
from phasewright.gate.python.scan import is_python_test
from phasewright.gate.python.surgery import hollow_python
from phasewright.gate.rust.surgery import as_before, hollow
from phasewright.gate.written_tests import written_test
from phasewright.toolchain.outcomes import OK, Identity

Files = dict[str, bytes | None]


async def ask_hollow(
    measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], new: list[str], probes: Probes
) -> Probes:
    """Return *probes* with what the *new* tests say of emptied code; where there are none, what all tests say.

    An emptied function answers with the plainest value of its type: a test that cannot tell that from the real answer
    proves nothing. Where such code does not build, and in strict proof, it panics.
    """
    if not new:
        return await _ask_all(measurer, facts, tree, probes)
    ways = await _ways(measurer, facts, tree, new)
    if not ways:
        return probes
    built, outcomes = False, dict[str, str]()
    commands = probes.commands
    for files in ways:
        # In strict proof panicking code, the last way, is asked too where plain answers were noticed.
        if built and not (facts.strict_proof and files is ways[-1] and any(one != OK for one in outcomes.values())):
            continue
        built, said, more = await measurer.probe(tree, files, facts.roots, only=new)
        outcomes, commands = said.outcomes, (*commands, *more)
    for truth in ("true", "false") if built and _says_yes_or_no(facts) else ():
        # Tests that ask for one answer alone are content with a function that knows no other.
        files = _changed_code(facts, plain=True, truth=truth)
        answered, said, more = await measurer.probe(tree, files, facts.roots, only=new)
        commands = (*commands, *more)
        if answered and all(said.outcomes.get(test) == OK for test in new):
            outcomes = dict(said.outcomes)
            break
    expecting = [test for test, one in outcomes.items() if one == OK and _expects_panic(facts, test)]
    # An emptied function that panics gives them what they expect; one that never answers does not.
    for consts in (True, False) if expecting else ():
        files = _changed_code(facts, plain=True, consts=consts, panics=False)
        answered, said, more = await measurer.probe(tree, files, facts.roots, only=expecting)
        commands = (*commands, *more)
        if answered:
            outcomes |= said.outcomes
            break
    probes = probes.model_copy(
        update={"hollow_asked": True, "hollow_built": built, "new_tests": outcomes, "commands": commands}
    )
    return await _ask_old_code(measurer, facts, tree, new, probes)


async def _ask_old_code(
    measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], new: list[str], probes: Probes
) -> Probes:
    """Return *probes* with what the *new* tests say of functions as they were at base, where that may matter.

    A mended function may have to answer with the plainest value there is: then only its old self fails the test.
    """
    written = [one for test in new if (one := written_test(facts, test, after=True)) is not None]
    silent = any(not one.checks and not one.should_panic for one in written)
    if not (silent or is_fix(facts.phase) or all(one == OK for one in probes.new_tests.values())):
        return probes
    files: Files = {}
    for path in facts.change.modified():
        before, after = facts.change.before(path), facts.change.after(path)
        if before is None or after is None or not path.endswith(".rs") or facts.material.is_test(path):
            continue
        old, count = as_before(before, after)
        if count:
            files[path] = old
    if not files:
        return probes
    built, said, more = await measurer.probe(tree, files, facts.roots, only=new)
    found = dict(said.outcomes) if built else {}
    return probes.model_copy(update={"on_old_code": found, "commands": (*probes.commands, *more)})


def _says_yes_or_no(facts: GateFacts) -> bool:
    """Return True where a changed function that is no test returns a `bool`."""
    return _changed_code(facts, plain=True) != _changed_code(facts, plain=True, truth="true")


async def _ways(measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], new: list[str]) -> list[Files]:
    """Return the ways to empty the code, the most telling first; none where nothing can be emptied."""
    kinds = ((True, True), (True, False), (False, False))
    ways = [_changed_code(facts, plain=plain, consts=consts) for plain, consts in kinds]
    if not any(ways):
        code = await _packages_code(measurer, facts, tree, new)
        ways = [_emptied(code, plain=plain, consts=consts) for plain, consts in kinds]
    return [files for at, files in enumerate(ways) if files and files not in ways[:at]]


async def _ask_all(measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], probes: Probes) -> Probes:
    """Ask every test about the changed code: work without a new test may still be exercised by old ones."""
    files = _changed_code(facts, plain=False)
    tests = [t for t, o in facts.after.tests.outcomes.items() if o == OK and Identity.read(t).kind != "doc"]
    if not files:
        return probes
    built, outcomes, commands = await measurer.probe(tree, files, facts.roots, only=tests)
    noticed = not built or any(outcomes.outcomes.get(test) != OK for test in tests)
    return probes.model_copy(update={"unproven": not noticed, "commands": (*probes.commands, *commands)})


def _expects_panic(facts: GateFacts, test: str) -> bool:
    """Return True for a test that passes when something panics; one that a macro makes is not known."""
    one = written_test(facts, test, after=True)
    return one is not None and bool(one.should_panic)


def _changed_code(
    facts: GateFacts, *, plain: bool, consts: bool = False, panics: bool = True, truth: str | None = None
) -> Files:
    """Return the changed files of code with their changed functions emptied."""
    files: Files = {}
    for path in sorted(facts.change.changed):
        before, after = facts.change.before(path) or b"", facts.change.after(path)
        if after is None:
            continue
        emptied, count = after, 0
        if path.endswith(".rs") and path in facts.after.compiled and not facts.material.is_test(path):
            emptied, count = hollow(before, after, plain=plain, consts=consts, panics=panics, truth=truth)
        elif path.endswith(".py") and not is_python_test(path):
            emptied, count = hollow_python(before, after, plain=plain)
        if count and not path.endswith("build.rs"):
            files[path] = emptied
    return files


async def _packages_code(
    measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], new: Sequence[str]
) -> dict[str, bytes]:
    """Return all code of the *new* tests' packages, for a phase that brings tests alone."""
    packages = {Identity.read(test).package for test in new}
    paths = [p for p in facts.after.compiled if p in tree and p.endswith(".rs") and not is_test_file(p)]
    paths = [p for p in paths if facts.after.workspace and facts.after.workspace.owner(p) in packages]
    blobs = await read_blobs(measurer.repo, (tree[path].blob for path in paths))
    return {path: blobs[tree[path].blob] for path in paths if not path.endswith("build.rs")}


def _emptied(code: Mapping[str, bytes], *, plain: bool, consts: bool) -> Files:
    emptied = {path: hollow(b"", source, plain=plain, consts=consts) for path, source in code.items()}
    return {path: source for path, (source, count) in emptied.items() if count}
