"""New tests that are written, and that no build of this machine has."""

import re
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import shown
from phasewright.gate.rust.facts import RustTest
from phasewright.gate.rust.scan import scan_rust
from phasewright.result import Finding

_ASIDE = re.compile(r"(^|/)(tests/[^/]+|benches|examples|templates?)/.+\.rs$")
"""Where a file may hold tests that cargo does not run."""
_GATE_WORD = re.compile(r"(?<=\")\w[\w-]*(?=\")|\b(?:unix|windows|debug_assertions|miri|loom)\b")
"""What a condition asks for: the plan names it where it is meant."""


def check_absent(facts: GateFacts) -> Iterator[Finding]:
    """Yield the new tests, where not one of them is there and the plan does not say under which condition they are."""
    if not facts.comparable or not facts.phase.text.strip():
        return
    written = list(_new_tests(facts))
    there = {(facts.after.tests.path_of(test), _own_name(test)) for test in facts.after.tests.outcomes}
    if any((path, _own_name(name)) in there for path, name, _ in written):
        return
    plan = " ".join((facts.phase.text, *facts.phase.files.paths()))
    for path, name, test in written:
        gates = _gates_of(facts.change.text_after(path) or "", test.cfg)
        if gates and not any(word in plan for gate in gates for word in _GATE_WORD.findall(gate)):
            said = f"{name} is in no build of this machine, as no new test is: {' '.join(gates)}"
            yield finding("gate-added", said, path=shown(path), line=test.line)


def _new_tests(facts: GateFacts) -> Iterator[tuple[str, str, RustTest]]:
    """Yield path, name and test of those that changed files have and had not."""
    for path in sorted(facts.change.changed & set(facts.after.compiled)):
        if path.endswith(".rs") and not _ASIDE.search(path):
            old, new = (scan_rust(side(path) or b"").tests for side in (facts.change.before, facts.change.after))
            yield from ((path, name, test) for name, test in new.items() if name not in old)


def _gates_of(source: str, cfg: tuple[str, ...]) -> list[str]:
    return [*re.findall(r"^#!\[cfg\(.*\)\]", source, re.MULTILINE), *(one for one in cfg if one != "#[cfg(test)]")]


def _own_name(test: str) -> str:
    return test.rpartition("::")[2]
