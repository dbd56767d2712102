"""The probes: base's tests on the candidate's code, new tests on hollowed code and in a plain program.

Each is asked only where it matters.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from phasewright.gate.checks.examples import changed_examples
from phasewright.gate.checks.source import is_test_file
from phasewright.gate.codes import Weight, weight_of
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.hollow import ask_hollow
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry
from phasewright.gate.program import ask_program
from phasewright.gate.python.scan import is_python_test
from phasewright.gate.rust.examples import example_number, with_examples
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.surgery import with_tests_of
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
_TEST_PLACE = re.compile(r"(^|/)(tests|snapshots|testdata|test_data|fixtures|golden)/|\.snap$")


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
    if codes & ASKED or tests_were_touched(facts):
        probes = await _ask_base_tests(measurer, facts, tree, probes)
    new = new_tests(facts)
    if not codes - ASKED and _wants_proof(measurer, facts):
        probes = await ask_program(measurer, facts, tree, probes)
        probes = await ask_hollow(measurer, facts, tree, new, probes)
    return probes


def tests_were_touched(facts: GateFacts) -> bool:
    """Return True where something that base's tests consist of is another one, whether or not a check minds."""
    for path in sorted(path for path in facts.change.changed if path.endswith(".rs")):
        before, after = facts.change.before(path), facts.change.after(path)
        if before is not None and after is not None and _are_other_tests(before, after, is_test_file(path)):
            return True
    return False


def _are_other_tests(before: bytes, after: bytes, is_file: bool) -> bool:
    old, new = (scan_rust(source, is_test_file=is_file) for source in (before, after))
    helpers = {name: one.body for name, one in old.functions.items() if one.in_test}
    return (
        any(
            name not in new.tests or replace(new.tests[name], line=test.line) != test
            for name, test in old.tests.items()
        )
        or any(name not in new.functions or new.functions[name].body != body for name, body in helpers.items())
        or bool(old.tests and new.hatches - old.hatches)
    )


def new_tests(facts: GateFacts) -> list[str]:
    """Return the tests that only the candidate has, that pass, and that are run from executables."""
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    return [t for t, o in now.items() if t not in was and o == OK and Identity.read(t).kind != "doc"]


def _wants_proof(measurer: Measurer, facts: GateFacts) -> bool:
    return measurer.settings.prove_red != ProveRed.OFF and facts.phase.kind == PhaseKind.IMPLEMENTATION


async def _ask_base_tests(measurer: Measurer, facts: GateFacts, tree: dict[str, Entry], probes: Probes) -> Probes:
    files = base_tests_overlay(facts)
    built, outcomes, commands = await measurer.probe(tree, files, facts.roots)
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
        number, path = example_number(test), outcomes.places.get(test, "").rpartition(":")[0]
        if number is not None and path in files:
            examples[f"{path}#{number}"] = outcome
    return probes.model_copy(update={"examples": examples, "commands": (*probes.commands, *commands)})


def base_tests_overlay(facts: GateFacts) -> dict[str, bytes | None]:
    """Return the files that put base's tests and their data back over the candidate's code."""
    files: dict[str, bytes | None] = {}
    for path in sorted(facts.change.changed):
        before, after = facts.change.before(path), facts.change.after(path)
        if _TEST_PLACE.search(path):
            files[path] = before  # None removes what only the candidate has
        elif path.endswith(".py") and is_python_test(path):
            files[path] = before
        elif path.endswith(".rs") and before is not None and after is not None:
            restored = before if is_test_file(path) else with_tests_of(after, before)
            if restored != after:
                files[path] = restored
    return files
