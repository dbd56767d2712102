"""The second probe: do the tests notice when the code that they are said to test is emptied?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phasewright.gate.consent import is_fix
from phasewright.gate.echoes import ask_echoes
from phasewright.gate.emptied_code import Files, changed_code, emptied, old_code
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry, read_blobs
from phasewright.gate.rust.surgery import Emptying
from phasewright.gate.written_tests import written_test
from phasewright.result import CommandRecord
from phasewright.toolchain.outcomes import OK, Identity


async def ask_hollow(
    measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], new: list[str], probes: Probes
) -> Probes:
    """Return *probes* with what the *new* tests say of emptied code; where there are none, what all tests say.

    An emptied function answers with the plainest value of its type: a test that cannot tell that from the real answer
    proves nothing. Where such code does not build, and in strict proof, it panics.
    """
    asker = _Asker(measurer, facts, tree, list(probes.commands))
    if not new:
        return await _ask_all(asker, probes)
    ways = await _ways(asker, new)
    if not ways:
        return probes
    said = await _of_ways(asker, ways, new)
    built, outcomes = said is not None, said or {}
    if built:
        outcomes = await _of_one_answer(asker, new) or await ask_echoes(asker.ask, facts, new) or outcomes
    outcomes |= await _of_what_expects_panics(asker, outcomes)
    return probes.model_copy(
        update={
            "hollow_asked": True,
            "hollow_built": built,
            "new_tests": outcomes,
            "on_old_code": await _of_old_code(asker, new, outcomes),
            "commands": tuple(asker.commands),
        }
    )


@dataclass(frozen=True)
class _Asker:
    measurer: Measurer
    facts: GateFacts
    tree: dict[str, Entry]
    commands: list[CommandRecord]

    async def ask(self, files: Files, tests: Sequence[str]) -> dict[str, str] | None:
        """Return what *tests* say with *files* laid over the candidate; None where that does not build."""
        built, said, more = await self.measurer.probe(self.tree, files, self.facts.roots, only=tests)
        self.commands.extend(more)
        return dict(said.outcomes) if built else None


async def _of_ways(asker: _Asker, ways: Sequence[Files], new: list[str]) -> dict[str, str] | None:
    """Return what the *new* tests say of the first way that builds; None where none does.

    In strict proof panicking code, the last way, is asked too where plain answers were noticed.
    """
    said: dict[str, str] | None = None
    for files in ways:
        is_strict = asker.facts.strict_proof and files is ways[-1]
        if said is None or (is_strict and any(one != OK for one in said.values())):
            said = await asker.ask(files, new)
    return said


async def _of_one_answer(asker: _Asker, new: list[str]) -> dict[str, str] | None:
    """Return what the *new* tests say where all of them are content with a function that knows one answer alone."""
    facts = asker.facts
    if changed_code(facts, Emptying(plain=True)) == changed_code(facts, Emptying(plain=True, truth="true")):
        return None  # nothing that changed says yes or no
    for truth in ("true", "false"):
        said = await asker.ask(changed_code(facts, Emptying(plain=True, truth=truth)), new)
        if said is not None and all(said.get(test) == OK for test in new):
            return said
    return None


async def _of_what_expects_panics(asker: _Asker, outcomes: Mapping[str, str]) -> dict[str, str]:
    """Return what tests that expect a panic, and got it of emptied code, say of code that never answers."""
    expecting = [test for test, one in outcomes.items() if one == OK and _expects_panic(asker.facts, test)]
    for consts in (True, False) if expecting else ():
        files = changed_code(asker.facts, Emptying(plain=True, consts=consts, panics=False))
        said = await asker.ask(files, expecting)
        if said is not None:
            return said
    return {}


async def _of_old_code(asker: _Asker, new: list[str], outcomes: Mapping[str, str]) -> dict[str, str]:
    """Return what the *new* tests say of functions as they were at base, where that may matter.

    A mended function may have to answer with the plainest value there is: then only its old self fails the test.
    """
    facts = asker.facts
    written = [one for test in new if (one := written_test(facts, test, after=True)) is not None]
    silent = any(not one.checks and not one.should_panic for one in written)
    if not (silent or is_fix(facts.phase) or all(one == OK for one in outcomes.values())):
        return {}
    files = old_code(facts)
    return (await asker.ask(files, new) or {}) if files else {}


async def _ways(asker: _Asker, new: list[str]) -> list[Files]:
    """Return the ways to empty the code, the most telling first; none where nothing can be emptied."""
    kinds = (Emptying(plain=True, consts=True), Emptying(plain=True), Emptying())
    ways = [changed_code(asker.facts, how) for how in kinds]
    if not any(ways):
        code = await _packages_code(asker, new)
        ways = [emptied(code, how) for how in kinds]
    return [files for at, files in enumerate(ways) if files and files not in ways[:at]]


async def _ask_all(asker: _Asker, probes: Probes) -> Probes:
    """Ask every test about the changed code: work without a new test may still be exercised by old ones."""
    files = changed_code(asker.facts, Emptying())
    passing = [test for test, one in asker.facts.after.tests.outcomes.items() if one == OK]
    tests = [test for test in passing if Identity.read(test).kind != "doc"]
    if not files:
        return probes
    said = await asker.ask(files, tests)
    noticed = said is None or any(said.get(test) != OK for test in tests)
    return probes.model_copy(update={"unproven": not noticed, "commands": tuple(asker.commands)})


def _expects_panic(facts: GateFacts, test: str) -> bool:
    """Return True for a test that passes when something panics; one that a macro makes is not known."""
    one = written_test(facts, test, after=True)
    return one is not None and bool(one.should_panic)


async def _packages_code(asker: _Asker, new: Sequence[str]) -> dict[str, bytes]:
    """Return all code of the *new* tests' packages, for a phase that brings tests alone."""
    packages, facts = {Identity.read(test).package for test in new}, asker.facts
    paths = [p for p in facts.after.compiled if p in asker.tree and p.endswith(".rs") and not is_test_file(p)]
    paths = [p for p in paths if facts.after.workspace and facts.after.workspace.owner(p) in packages]
    blobs = await read_blobs(asker.measurer.repo, (asker.tree[path].blob for path in paths))
    return {path: blobs[asker.tree[path].blob] for path in paths if not path.endswith("build.rs")}
