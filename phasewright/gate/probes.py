"""The probes: base's tests on the candidate's code, new tests on hollowed code and in a plain program.

Each is asked only where it matters.
"""

from collections.abc import Collection, Sequence

from phasewright.gate.checks.examples import changed_examples
from phasewright.gate.codes import Weight, weight_of
from phasewright.gate.consent import gives_up
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.hollow import ask_hollow
from phasewright.gate.measure import Measurer
from phasewright.gate.moved import moved_tests
from phasewright.gate.objects import Entry, read_blobs
from phasewright.gate.program import ask_program
from phasewright.gate.renamed import code_names
from phasewright.gate.rerun import as_base_knew
from phasewright.gate.rust.examples import example_number, with_examples
from phasewright.gate.touched import are_other_tests, base_tests_overlay, moved_files, tests_were_touched
from phasewright.gate.unsilenced import ask_unsilenced
from phasewright.gate.written_tests import written_test
from phasewright.options import ProveRed
from phasewright.plan import PhaseKind
from phasewright.result import Finding
from phasewright.toolchain.outcomes import FAILED, OK, Identity

ASKED = frozenset(
    {
        "assert-changed",
        "assert-removed",
        "test-body-changed",
        "test-helper-changed",
        "test-data-changed",
        "gate-added",
        "test-vanished",
        "test-replaced",
        "doc-test-changed",
    }
)
PROVABLE = frozenset({"test-without-assert"})
"""What is refused unless the test fails on base's code: that it runs to its end may be what was mended."""


async def run_probes(
    measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], findings: Sequence[Finding]
) -> Probes:
    """Return what the probes answer. Each costs a build, so it is asked only where its answer can change something."""
    probes = Probes()
    if not facts.comparable or not facts.before.built:
        return probes
    codes = {found.code for found in findings if weight_of(found) is not Weight.NONE}
    if any(weight_of(found) is Weight.TAMPER for found in findings):
        return probes  # refused anyway, and for what no probe can clear
    moved = await _moved(measurer, facts)
    if codes & ASKED or moved or tests_were_touched(facts):
        probes = await _ask_base_tests(measurer, facts, tree, base_tests_overlay(facts, moved), probes)
    new = new_tests(facts)
    if not codes - ASKED - PROVABLE:
        unsilenced = await ask_unsilenced(measurer, facts, tree)
        commands = (*probes.commands, *unsilenced.commands)
        probes = probes.model_copy(update={"unsilenced": unsilenced, "commands": commands})
    if not codes - ASKED - PROVABLE and _wants_proof(measurer, facts):
        probes = await ask_program(measurer, facts, tree, probes)
        probes = await ask_hollow(measurer, facts, tree, new, probes)
    return probes


def new_tests(facts: GateFacts) -> list[str]:
    """Return the tests that only the candidate has, that pass, and that are run from executables."""
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    moved = set(moved_tests(facts, [test for test in was if test not in now]).values())
    new = [t for t, o in now.items() if t not in was and t not in moved and o == OK and Identity.read(t).kind != "doc"]
    return new + [test for test in was if new and now.get(test) == OK and _is_rewritten(facts, test)]


def _is_rewritten(facts: GateFacts, test: str) -> bool:
    """Return True for a test of base that says something else now, as the plan wants: it may prove the work as well."""
    old, one = written_test(facts, test, after=False), written_test(facts, test, after=True)
    is_other = old is not None and one is not None and old.body != one.body
    return is_other and gives_up(facts.phase, test, facts.before.tests.places.get(test), code_names(facts.change))


def _wants_proof(measurer: Measurer, facts: GateFacts) -> bool:
    return measurer.settings.prove_red != ProveRed.OFF and facts.phase.kind == PhaseKind.IMPLEMENTATION


async def _moved(measurer: Measurer, facts: GateFacts) -> dict[str, tuple[bytes, bytes]]:
    """Return the files whose tests stood elsewhere at base, and otherwise: content now, content then.

    A file that is put back where it was is not put back here too: one target cannot have two.
    """
    put_back, change = base_tests_overlay(facts), facts.change
    packages = {one.folder for one in facts.after.workspace.members} if facts.after.workspace else set()
    pairs = moved_files(facts).items()
    # Where no package is any more, what is put back is built by nobody.
    moved = {n: old for n, old in pairs if put_back.get(old) is None or not _is_in_a_package(old, packages)}
    places = [(new, change.head[new].blob, change.base[old].blob) for new, old in moved.items()]
    blobs = await read_blobs(measurer.repo, (blob for _, *both in places for blob in both))
    contents = {new: (blobs[now], blobs[was]) for new, now, was in places}
    others = {new for new, (now, was) in contents.items() if are_other_tests(was, now, is_test_file(new))}
    # With a helper come the tests that use it, which are as they were.
    with_them = {new for new in contents if others and new in put_back and put_back[new] is None}
    return {new: both for new, both in contents.items() if new in others | with_them}


def _is_in_a_package(path: str, packages: Collection[str]) -> bool:
    """Return True for a file of tests whose package is still where it was."""
    return path.rpartition("tests/")[0].rstrip("/") in packages


async def _ask_base_tests(
    measurer: Measurer,
    facts: GateFacts,
    tree: dict[str, Entry],
    files: dict[str, bytes | None],
    probes: Probes,
) -> Probes:
    built, outcomes, commands = await measurer.probe(tree, files, facts.roots)
    outcomes = as_base_knew(facts.before.tests, outcomes)
    probes = await _ask_examples(measurer, facts, tree, probes)
    return probes.model_copy(
        update={
            "base_tests_asked": True,
            "base_tests_built": built,
            # A test that the deadline cut off has answered nothing.
            "base_tests": {t: o for t, o in outcomes.outcomes.items() if not outcomes.hung or o in (OK, FAILED)},
            "restored": frozenset(files),
            "commands": (*probes.commands, *commands),
        }
    )


async def _ask_examples(measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], probes: Probes) -> Probes:
    """Return the outcomes of base's examples, each put back as the documentation of a function of its own."""
    changed = changed_examples(facts)
    files = {path: with_examples(facts.change.text_after(path) or "", lost).encode() for path, lost in changed.items()}
    if not files:
        return probes
    outcomes, commands = await measurer.probe_examples(tree, files, facts.roots)
    examples = {}
    for test, outcome in outcomes.outcomes.items():
        number, path = example_number(test), outcomes.path_of(test)
        if number is not None and path in files:
            examples[f"{path}#{number}"] = outcome
    return probes.model_copy(update={"examples": examples, "commands": (*probes.commands, *commands)})
