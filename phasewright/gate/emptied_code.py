"""A candidate's files with their changed functions emptied, or as they were: what the second probe lays over it."""

from collections.abc import Mapping

from phasewright.gate.evidence import GateFacts
from phasewright.gate.python.scan import is_python_test
from phasewright.gate.python.surgery import hollow_python
from phasewright.gate.rust.surgery import Emptying, as_before, hollow

Files = dict[str, bytes | None]


def changed_code(facts: GateFacts, how: Emptying, only: str | None = None) -> Files:
    """Return the changed files of code, or *only* one of them, with their changed functions emptied."""
    files: Files = {}
    for path in sorted(facts.change.changed) if only is None else (only,):
        before, after = facts.change.before(path) or b"", facts.change.after(path)
        if after is None:
            continue
        emptied, count = after, 0
        if path.endswith(".rs") and path in facts.after.compiled and not facts.material.is_test(path):
            emptied, count = hollow(before, after, how)
        elif path.endswith(".py") and not is_python_test(path):
            emptied, count = hollow_python(before, after, plain=how.plain, echo=how.echo)
        if count and not path.endswith("build.rs"):
            files[path] = emptied
    return files


def emptied(code: Mapping[str, bytes], how: Emptying) -> Files:
    """Return those files of *code* in which functions could be emptied."""
    hollowed = {path: hollow(b"", source, how) for path, source in code.items()}
    return {path: source for path, (source, count) in hollowed.items() if count}


def old_code(facts: GateFacts) -> Files:
    """Return the changed files of code with their functions as they were at base."""
    files: Files = {}
    for path in facts.change.modified():
        before, after = facts.change.before(path), facts.change.after(path)
        if before is None or after is None or not path.endswith(".rs") or facts.material.is_test(path):
            continue
        old, count = as_before(before, after)
        if count:
            files[path] = old
    return files
