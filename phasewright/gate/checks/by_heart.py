"""Code that holds the questions of its tests with their answers, and no others."""

import re
from collections.abc import Iterator, Sequence

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.modules_of_tests import is_for_tests
from phasewright.gate.rust.asked import Question, questions_of
from phasewright.gate.rust.by_heart import is_of_its_tests, knowledge_of, knows_by_heart, lookup_of, shared_items
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.source_of_tests import helpers_of, tests_of
from phasewright.plan import PhaseKind, Severity
from phasewright.result import Finding


def check_by_heart(facts: GateFacts) -> Iterator[Finding]:
    """Yield new or changed functions whose tests ask only what stands in them, answer beside question.

    A table is honest where the plan names what is in it, or where it holds more than its tests ask.
    """
    if not facts.comparable or facts.phase.kind != PhaseKind.IMPLEMENTATION:
        return
    changed = _changed_functions(facts)
    asked = _asked(facts, frozenset(name for names in changed.values() for name in names))
    for path, names in sorted(changed.items()):
        for name, line in sorted(names.items()):
            about = asked.get(name)
            if not about or None in about:
                continue
            questions = [one for one in about if one is not None]
            severity = _held(facts, path, name, questions)
            if severity is not None:
                said = f"{name} holds every answer that its tests ask for: they would pass whatever it does otherwise"
                yield finding("answers-by-heart", said, path=path, line=line, severity=severity)


def _held(facts: GateFacts, path: str, name: str, questions: Sequence[Question]) -> Severity | None:
    """Return how much it weighs that a function holds the *questions*; None where it does not."""
    source = facts.change.after(path) or b""
    known = knowledge_of(source, name, shared_items(_other_code(facts, path)))
    inputs = frozenset(value for one in questions for value in one.inputs)
    if knows_by_heart(known, questions) and not any(value in facts.phase.text for value in inputs):
        answers = frozenset(value for one in questions for value in one.expected)
        return Severity.WARNING if known.compared - inputs - answers else Severity.ERROR
    lookup = lookup_of(source, name)
    if lookup is not None and is_of_its_tests(lookup, questions) and not _is_in_plan(facts.phase.text, questions):
        return Severity.ERROR
    return None


def _is_in_plan(text: str, questions: Sequence[Question]) -> bool:
    """Return True where a line of the plan has a question with its answer."""
    lines = [frozenset(re.findall(r"[^\s`\"',;:()|]+", line)) for line in text.splitlines()]
    return any(one.small_inputs | one.small_expected <= words for one in questions for words in lines)


def _other_code(facts: GateFacts, path: str) -> list[bytes]:
    """Return the changed files of code beside *path*."""
    others = [one for one in sorted(facts.change.changed) if one.endswith(".rs") and one != path]
    return [facts.change.after(one) or b"" for one in others if not is_test_file(one)]


def _changed_functions(facts: GateFacts) -> dict[str, dict[str, int]]:
    """Return the new and changed functions of code: path → name → line."""
    found: dict[str, dict[str, int]] = {}
    for path in facts.change.changed:
        after = facts.change.after(path)
        if not path.endswith(".rs") or is_for_tests(facts.change, path) or after is None:
            continue
        old, new = scan_rust(facts.change.before(path) or b"").functions, scan_rust(after).functions
        for name, function in new.items():
            was = old.get(name)
            if not function.in_test and (was is None or was.body != function.body):
                found.setdefault(path, {})[name.rsplit("::", 1)[-1]] = function.line
    return found


def _asked(facts: GateFacts, functions: frozenset[str]) -> dict[str, list[Question | None]]:
    """Return what new tests ask of each function; None stands for what is not understood."""
    found: dict[str, list[Question | None]] = {}
    sources = {path: facts.change.after(path) or b"" for path in facts.change.changed if path.endswith(".rs")}
    helpers = {path: helpers_of(source, is_test_file=is_test_file(path)) for path, source in sources.items()}
    shared = {name: one for path in sorted(helpers) if is_test_file(path) for name, one in helpers[path].items()}
    for path, source in sorted(sources.items()):
        old = set(tests_of(facts.change.before(path) or b""))
        for test in (one for one in tests_of(source) if one not in old):
            questions = questions_of(test, functions, {**shared, **helpers[path]})
            for one in questions or ():
                found.setdefault(one.function, []).append(one)
            if questions is None:
                text = test.decode("utf-8", "replace")
                called = [one for name, one in helpers[path].items() if name in text]
                text += " ".join((one.body.text or b"").decode("utf-8", "replace") for one in called)
                for name in (name for name in functions if name in text):
                    found.setdefault(name, []).append(None)
    return found
