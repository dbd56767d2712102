"""The second probe: do the tests notice when the code that they are said to test is emptied?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from phasewright.gate.consent import is_fix
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry, read_blobs
from phasewright.gate.python.scan import is_python_test
from phasewright.gate.python.surgery import hollow_python
from phasewright.gate.rust.echo import notices_an_echo
from phasewright.gate.rust.surgery import Emptying, as_before, echoing, hollow
from phasewright.gate.written_tests import written_test
from phasewright.result import CommandRecord
from phasewright.toolchain.outcomes import OK, Identity

_AS_IT_IS = re.compile(
    r"\bas (it|they) (is|are)\b|\bas is\b|\bunchanged\b|\buntouched\b|\bverbatim\b|\bgives? (it |them |the \w+ )?back\b"
    r"|\breturns? (the |its |their )?(value|input|argument|request|text)\b"
    r"|\bpass(es|ing)?[- ]through\b|\bno-?op\b|\bidentity\b",
    re.IGNORECASE,
)
_MOST_ECHOES = 4
Files = dict[str, bytes | None]


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
    built, outcomes = False, dict[str, str]()
    for files in ways:
        # In strict proof panicking code, the last way, is asked too where plain answers were noticed.
        if built and not (facts.strict_proof and files is ways[-1] and any(one != OK for one in outcomes.values())):
            continue
        said = await asker.ask(files, new)
        built, outcomes = said is not None, said or {}
    if built:
        outcomes = await _of_one_answer(asker, new) or await _of_echoes(asker, new) or outcomes
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


async def _of_one_answer(asker: _Asker, new: list[str]) -> dict[str, str] | None:
    """Return what the *new* tests say where all of them are content with a function that knows one answer alone."""
    facts = asker.facts
    if _changed_code(facts, Emptying(plain=True)) == _changed_code(facts, Emptying(plain=True, truth="true")):
        return None  # nothing that changed says yes or no
    for truth in ("true", "false"):
        said = await asker.ask(_changed_code(facts, Emptying(plain=True, truth=truth)), new)
        if said is not None and all(said.get(test) == OK for test in new):
            return said
    return None


async def _of_echoes(asker: _Asker, new: list[str]) -> dict[str, str] | None:
    """Return what the *new* tests say where all are content with functions that give back what they are given."""
    facts = asker.facts
    files = _changed_code(facts, Emptying(plain=True, echo=True))
    if files == _changed_code(facts, Emptying(plain=True)) or _means_to_give_back(facts):
        return None
    echoes = list(_echoes(facts))
    names = {name.rpartition("::")[2] for _, name in echoes}
    written = [written_test(facts, test, after=True) for test in new]
    if any(one is not None and not one.should_panic and notices_an_echo(one.body, names) for one in written):
        return None  # what the build would say is known
    said = await asker.ask(files, new)
    if said is None or any(said.get(test) != OK for test in new):
        return None
    # What is packed and unpacked agrees where both give back what they are given; one of them alone does not.
    for path, name in echoes if 1 < len(echoes) <= _MOST_ECHOES else ():
        one = await asker.ask(_changed_code(facts, Emptying(plain=True, echo=True, only=name), path), new)
        if one is None or all(one.get(test) == OK for test in new):
            return said
    return said if len(echoes) == 1 or len(echoes) > _MOST_ECHOES else None


def _echoes(facts: GateFacts) -> Iterator[tuple[str, str]]:
    """Yield file and name of each changed function that can give back a parameter."""
    for path in sorted(facts.change.changed):
        after = facts.change.after(path)
        if path.endswith(".rs") and path in facts.after.compiled and after and not facts.material.is_test(path):
            yield from ((path, name) for name in echoing(facts.change.before(path) or b"", after))


def _means_to_give_back(facts: GateFacts) -> bool:
    """Return True where a line of the plan wants it of every function that could give back a parameter, and does."""
    changed = {path: facts.change.after(path) or b"" for path, _ in _echoes(facts)}
    found = {
        n: does
        for path, after in changed.items()
        for n, does in echoing(facts.change.before(path) or b"", after).items()
    }
    lines = [line for line in facts.phase.text.splitlines() if _AS_IT_IS.search(line)]
    wanted = frozenset(word for line in lines for word in re.findall(r"\w+", line))
    return bool(found) and all(does and wanted & set(re.findall(r"\w+", name)) for name, does in found.items())


async def _of_what_expects_panics(asker: _Asker, outcomes: Mapping[str, str]) -> dict[str, str]:
    """Return what tests that expect a panic, and got it of emptied code, say of code that never answers."""
    expecting = [test for test, one in outcomes.items() if one == OK and _expects_panic(asker.facts, test)]
    for consts in (True, False) if expecting else ():
        files = _changed_code(asker.facts, Emptying(plain=True, consts=consts, panics=False))
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
    files = _old_code(facts)
    return (await asker.ask(files, new) or {}) if files else {}


def _old_code(facts: GateFacts) -> Files:
    """Return the changed files of code with their functions as they were at base."""
    files: Files = {}
    for path in facts.change.modified():
        before, after = facts.change.before(path), facts.change.after(path)
        if before is None or after is None or not path.endswith(".rs") or facts.material.is_test(path):
            continue
        old, count = as_before(before, after)
        if count:
            files[path] = old
    return files


async def _ways(asker: _Asker, new: list[str]) -> list[Files]:
    """Return the ways to empty the code, the most telling first; none where nothing can be emptied."""
    kinds = (Emptying(plain=True, consts=True), Emptying(plain=True), Emptying())
    ways = [_changed_code(asker.facts, how) for how in kinds]
    if not any(ways):
        code = await _packages_code(asker, new)
        ways = [_emptied(code, how) for how in kinds]
    return [files for at, files in enumerate(ways) if files and files not in ways[:at]]


async def _ask_all(asker: _Asker, probes: Probes) -> Probes:
    """Ask every test about the changed code: work without a new test may still be exercised by old ones."""
    files = _changed_code(asker.facts, Emptying())
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


def _changed_code(facts: GateFacts, how: Emptying, only: str | None = None) -> Files:
    """Return the changed files of code, or *only* one of them, with their changed functions emptied."""
    files: Files = {}
    for path in sorted(facts.change.changed) if only is None else (only,):
        before, after = facts.change.before(path) or b"", facts.change.after(path)
        if after is None:
            continue
        emptied, count = after, 0
        if path.endswith(".rs") and path in facts.after.compiled and not facts.material.is_test(path):
            emptied, count = hollow(before, after, how)
        elif path.endswith(".py") and not is_python_test(path):
            emptied, count = hollow_python(before, after, plain=how.plain, echo=how.echo)
        if count and not path.endswith("build.rs"):
            files[path] = emptied
    return files


async def _packages_code(asker: _Asker, new: Sequence[str]) -> dict[str, bytes]:
    """Return all code of the *new* tests' packages, for a phase that brings tests alone."""
    packages, facts = {Identity.read(test).package for test in new}, asker.facts
    paths = [p for p in facts.after.compiled if p in asker.tree and p.endswith(".rs") and not is_test_file(p)]
    paths = [p for p in paths if facts.after.workspace and facts.after.workspace.owner(p) in packages]
    blobs = await read_blobs(asker.measurer.repo, (asker.tree[path].blob for path in paths))
    return {path: blobs[asker.tree[path].blob] for path in paths if not path.endswith("build.rs")}


def _emptied(code: Mapping[str, bytes], how: Emptying) -> Files:
    emptied = {path: hollow(b"", source, how) for path, source in code.items()}
    return {path: source for path, (source, count) in emptied.items() if count}
