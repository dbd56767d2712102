"""Examples in documentation are tests too: one that says less, or something else, than at base."""

from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.consent import names_test
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import shown
from phasewright.gate.rust.examples import Example, lost_examples, read_examples
from phasewright.plan import Severity
from phasewright.result import Finding
from phasewright.toolchain.outcomes import OK


def check_examples(facts: GateFacts) -> Iterator[Finding]:
    """Yield examples of base that are gone or say something else, unless they still hold as they were."""
    if not any(test.split("/")[1] == "doc" for test in facts.before.tests.outcomes):
        return
    elsewhere = {
        one.bare
        for path in facts.change.created()
        if path.endswith(".rs")
        for one in read_examples(facts.change.text_after(path) or "")
    }
    for path, examples in changed_examples(facts).items():
        for number, example in enumerate(examples):
            if example.bare in elsewhere:
                continue  # it moved with what it documents
            held = facts.probes.examples.get(f"{path}#{number}")
            where = f"the example of {example.item}" if example.item else "the example"
            if held is not None and held != OK:
                said = f"{where}, as it was at base, fails on the new code"
                yield finding("base-test-fails", said, path=shown(path), line=example.line)
            said = f"{where} was changed or removed; name what it documents in the plan if that is wanted"
            severity = Severity.WARNING if held == OK else None
            yield finding("doc-test-changed", said, path=shown(path), line=example.line, severity=severity)


def changed_examples(facts: GateFacts) -> dict[str, list[Example]]:
    """Return base's examples in changed files that the candidate does not say any more, path by path."""
    found = {}
    for path in facts.change.modified():
        before, after = facts.change.text_before(path), facts.change.text_after(path)
        if not path.endswith(".rs") or before is None or after is None:
            continue
        lost = [one for one in lost_examples(before, after) if not names_test(facts.phase, one.item, path)]
        if lost:
            found[path] = lost
    return found
