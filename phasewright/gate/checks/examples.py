"""Examples in documentation are tests too: one that says less, or something else, than at base."""

from collections.abc import Callable, Iterator

from phasewright.gate.change import is_listed, package_folder
from phasewright.gate.codes import finding
from phasewright.gate.consent import names_test
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import shown
from phasewright.gate.renamed import moves_of
from phasewright.gate.rust.adapted import is_adapted
from phasewright.gate.rust.examples import Example, included_documents, lost_examples, read_document, read_examples
from phasewright.plan import Severity
from phasewright.result import Finding
from phasewright.toolchain.outcomes import OK


def check_examples(facts: GateFacts) -> Iterator[Finding]:
    """Yield examples of base that are gone or say something else, unless they still hold as they were."""
    if not any(test.split("/")[1] == "doc" for test in facts.before.tests.outcomes):
        return
    created = [path for path in facts.change.created() if path.endswith(".rs")]
    elsewhere = {one.bare for path in created for one in read_examples(facts.change.text_after(path) or "")}
    for path, examples in changed_examples(facts).items():
        for number, example in enumerate(examples):
            if example.bare in elsewhere:
                continue  # it moved with what it documents
            held = OK if _follows(facts, path, example) else facts.probes.examples.get(f"{path}#{number}")
            where = f"the example of {example.item}" if example.item else "the example"
            place = shown(example.item if example.item in facts.change.base else path)
            if held is not None and held != OK:
                said = f"{where}, as it was at base, fails on the new code"
                yield finding("base-test-fails", said, path=place, line=example.line)
            said = f"{where} was changed or removed; name what it documents in the plan if that is wanted"
            severity = Severity.WARNING if held == OK else None
            yield finding("doc-test-changed", said, path=place, line=example.line, severity=severity)


def _follows(facts: GateFacts, path: str, example: Example) -> bool:
    """Return True where an example of the candidate is *example* with the names that its code has now."""
    moved = moves_of(facts.change)
    now = read_examples(facts.change.text_after(path) or "") if moved.gone else []
    return any(is_adapted(example.text, one.text, moved) for one in now)


def changed_examples(facts: GateFacts) -> dict[str, list[Example]]:
    """Return base's examples that the candidate does not say any more, by the source file that they belong to.

    Those of a document that a source file takes in as documentation (`#![doc = include_str!(…)]`) are its own too.
    """
    change = facts.change
    found = {}
    for path in sorted(change.base.keys() & change.head.keys()):
        before, after = change.text_before(path), change.text_after(path)
        if not path.endswith(".rs") or before is None or after is None:
            continue
        documents = _documents(facts, path, before)
        now = [
            *read_examples(after),
            *(one for document in documents for one in _examples(change.text_after, document)),
        ]
        gone = lost_examples(read_examples(before), now) if path in change.changed else []
        kept = [one for one in gone if not names_test(facts.phase, one.item, path)]
        kept += [one for document in documents for one in lost_examples(_examples(change.text_before, document), now)]
        if kept:
            found[path] = kept
    return found


def _documents(facts: GateFacts, path: str, source: str) -> list[str]:
    """Return the changed documents whose examples ran at base as those of *path*, and that the plan does not list."""
    places = {facts.before.tests.path_of(test) for test in facts.before.tests.outcomes if test.split("/")[1] == "doc"}
    included = included_documents(source, path, package_folder(path, facts.change.base))
    return [
        one
        for one in dict.fromkeys(included)
        if one in facts.change.changed and not is_listed(one, facts.phase.files) and places & {path, one}
    ]


def _examples(read: Callable[[str], str | None], document: str) -> list[Example]:
    return read_document(read(document) or "", document)
