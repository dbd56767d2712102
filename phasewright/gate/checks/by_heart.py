"""Code that holds the questions of its tests with their answers, and no others."""

from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.rust.by_heart import Question, knowledge_of, knows_by_heart, questions_of, tests_of
from phasewright.gate.rust.scan import scan_rust
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
            source = facts.change.after(path) or b""
            if not about or None in about:
                continue
            questions = [one for one in about if one is not None]
            known = knowledge_of(source, name)
            inputs = frozenset(value for one in questions for value in one.inputs)
            if not knows_by_heart(known, questions) or any(value in facts.phase.text for value in inputs):
                continue
            more = known.compared - inputs
            said = (
                f"{name} holds every answer that its tests ask for: they would pass whatever it does with other values"
            )
            severity = Severity.WARNING if more else None
            yield finding("answers-by-heart", said, path=path, line=line, severity=severity)


def _changed_functions(facts: GateFacts) -> dict[str, dict[str, int]]:
    """Return the new and changed functions of code: path → name → line."""
    found: dict[str, dict[str, int]] = {}
    for path in facts.change.changed:
        after = facts.change.after(path)
        if not path.endswith(".rs") or is_test_file(path) or after is None:
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
    for path in facts.change.changed:
        after = facts.change.after(path)
        if not path.endswith(".rs") or after is None:
            continue
        old = set(tests_of(facts.change.before(path) or b""))
        for test in (one for one in tests_of(after) if one not in old):
            questions = questions_of(test, functions)
            for one in questions or ():
                found.setdefault(one.function, []).append(one)
            if questions is None:
                text = test.decode("utf-8", "replace")
                for name in (name for name in functions if name in text):
                    found.setdefault(name, []).append(None)
    return found
