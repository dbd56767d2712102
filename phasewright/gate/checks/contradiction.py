"""The plan gives examples; a test that expects something else for the same question contradicts it."""

from collections import Counter
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import shown
from phasewright.gate.plan_examples import read_plan_examples
from phasewright.gate.rust.asserted import asserted
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.source_of_tests import tests_of
from phasewright.gate.rust.written import Question, Value
from phasewright.result import Finding


def check_contradiction(facts: GateFacts) -> Iterator[Finding]:
    """Yield the plan's examples to which new or changed tests expect another answer, and none the plan's."""
    examples = [one for one in read_plan_examples(facts.phase.text) if _is_one_function(facts, one.asked.path[-1])]
    if not examples or not facts.comparable:
        return
    answers = list(_answers(facts))
    for example in examples:
        meant = [one for one in examples if one.asked.is_same(example.asked)]
        given = [(path, value) for path, asked, value in answers if asked.is_same(example.asked)]
        if given and all(one.contradicts(value) for one in meant for _, value in given):
            said = f"the plan says {example.text}; the tests expect {_written(given[0][1])} for it"
            yield finding("contradicts-plan", said, path=shown(given[0][0]))


def _is_one_function(facts: GateFacts, name: str) -> bool:
    """Return True where the changed files have one function of this name: two may answer differently."""
    names = Counter(
        key.rsplit("::", 1)[-1]
        for path in facts.change.changed
        if path.endswith(".rs")
        for key in scan_rust(facts.change.after(path) or b"").functions
    )
    return names[name] == 1


def _answers(facts: GateFacts) -> Iterator[tuple[str, Question, Value]]:
    """Yield what new and changed tests ask, with the answer that they expect."""
    for path in sorted(facts.change.changed):
        after = facts.change.after(path)
        if not path.endswith(".rs") or after is None:
            continue
        old = set(tests_of(facts.change.before(path) or b""))
        for test in (one for one in tests_of(after) if one not in old and b"should_panic" not in one):
            for asked, value in asserted(test.decode("utf-8", "replace")):
                yield path, asked, value


def _written(value: Value) -> str:
    return f'"{value.content}"' if value.kind == "text" else str(value.content)
