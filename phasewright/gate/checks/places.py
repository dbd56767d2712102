"""The same test under the same name must be the same test: where its source is, and what stands there."""

from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.consent import gives_up
from phasewright.gate.doubt import severity_of_change
from phasewright.gate.evidence import GateFacts
from phasewright.gate.moved import is_same_source
from phasewright.gate.renamed import code_names
from phasewright.result import Finding
from phasewright.toolchain.outcomes import OK, Identity


def check_places(facts: GateFacts) -> Iterator[Finding]:
    """Yield tests that kept their name and pass, and are another function, in another place, than at base."""
    if not facts.comparable:
        return
    before, after = facts.before.tests, facts.after.tests
    for test, outcome in sorted(before.outcomes.items()):
        was, now = before.places.get(test, ""), after.places.get(test, "")
        if outcome != OK or after.outcomes.get(test) != OK or Identity.read(test).kind == "doc" or not (was and now):
            continue
        path, _, line = now.rpartition(":")
        if (
            path not in facts.change.changed
            and was.rpartition(":")[0] not in facts.change.changed
            and path == was.rpartition(":")[0]
        ):
            continue
        if is_same_source(facts, test) or gives_up(facts.phase, test, was, code_names(facts.change)):
            continue
        name = Identity.read(test).test
        severity = severity_of_change(facts, was.rpartition(":")[0], name)
        said = f"{name} has its old name and another source than at base"
        yield finding("test-replaced", said, path=path, line=int(line) if line.isdigit() else None, severity=severity)
