"""What changed in Python source that no exit code shows. Only what is new against base counts."""

from collections.abc import Iterator

from phasewright.gate.checks.pyproject import check_pyproject
from phasewright.gate.codes import finding
from phasewright.gate.doubt import severity_of_change
from phasewright.gate.evidence import GateFacts
from phasewright.gate.language import is_python
from phasewright.gate.objects import shown
from phasewright.gate.python.scan import PythonFacts, is_python_test, is_test, scan_python
from phasewright.plan import PhaseKind, Severity
from phasewright.result import Finding

_SAID = {
    "stub": ("stub-macro", "{name} does nothing yet: it raises NotImplementedError"),
    "empty": ("empty-body", "{name} does nothing: its body is empty"),
}


def check_python(facts: GateFacts) -> Iterator[Finding]:
    """Yield stubs, weaker tests and silenced lints, in the Python files that changed."""
    if not is_python(facts.change.head):
        return
    yield from check_pyproject(facts)
    for path in sorted(facts.change.changed):
        content = facts.change.after(path)
        if not path.endswith(".py") or content is None:
            continue
        old, new = scan_python(facts.change.before(path) or b""), scan_python(content)
        found = _tests(facts, path, old, new) if is_python_test(path) else _code(facts, path, old, new)
        yield from found
        if new.silenced > old.silenced:
            yield finding("lint-silenced", "a new `# noqa` silences the linter", path=shown(path))
        for hook in sorted(new.hooks - old.hooks):
            # What a plan lists among the set-up of tests may use hooks; a reader should see it.
            severity = Severity.WARNING if path.endswith("conftest.py") else None
            said = f"{hook}: what pytest reports can be changed by it, or code be right only in tests"
            yield finding("escape-hatch", said, path=shown(path), severity=severity)
        if new.unformatted > old.unformatted:
            yield finding("format-skipped", "a new `# fmt:` comment keeps the formatter out", path=shown(path))


def _code(facts: GateFacts, path: str, old: PythonFacts, new: PythonFacts) -> Iterator[Finding]:
    if facts.phase.kind != PhaseKind.IMPLEMENTATION:
        return
    for name, function in new.functions.items():
        was = old.functions.get(name)
        if function.body == "code" or function.is_declared or (was is not None and was.body == function.body):
            continue
        code, said = _SAID[function.body]
        # A base class may leave a method to others; a reader should see it all the same.
        severity = Severity.WARNING if function.is_method else None
        yield finding(code, said.format(name=name), path=shown(path), line=function.line, severity=severity)


def _tests(facts: GateFacts, path: str, old: PythonFacts, new: PythonFacts) -> Iterator[Finding]:
    for name, function in new.functions.items():
        was = old.functions.get(name)
        if was is None and is_test(name) and not function.asserts:
            yield finding("test-without-assert", f"{name} asserts nothing", path=shown(path), line=function.line)
        elif was is not None and was.dump != function.dump and is_test(name):
            severity = severity_of_change(facts, path, name)
            said = f"the body of {name} was changed"
            yield finding("test-body-changed", said, path=shown(path), line=function.line, severity=severity)
    helpers = [n for n, one in old.functions.items() if not is_test(n) and new.functions.get(n, one).dump != one.dump]
    if helpers or (old.parses and old.rest and old.rest != new.rest):
        severity = severity_of_change(facts, path, None)
        said = f"what the tests here use was changed: {', '.join(helpers) or 'values beside the tests'}"
        yield finding("test-helper-changed", said, path=shown(path), severity=severity)
