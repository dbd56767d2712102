"""Phases that promise work and bring none: constants for answers, types without functions."""

import re
from collections.abc import Iterator

from phasewright.gate.change import is_listed, normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.modules_of_tests import is_for_tests
from phasewright.gate.rust.facts import RustFunction
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.work import defines, is_asked, is_constant, other_items, types_alone
from phasewright.plan import PhaseKind, Severity
from phasewright.result import Finding
from phasewright.toolchain.outcomes import FAILED, PASSED

_NOT_MEANT = re.compile(
    r"\bno (more )?(stubs?|dumm(y|ies)|mocks?|fakes?|constants?|no-?ops?)\b"
    r"|\bconstant[- ](memory|time|space|size|factor)\b|\bwithout (any )?(stubs?|dumm(y|ies)|mocks?|fakes?)\b",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"\b(no-?ops?|hard-?coded|for now|do(es)? nothing|null objects?|stubs?|constants?|dumm(y|ies)|mocks?|fakes?"
    r"|unsupported|always (returns?|answers?|true|false|yields?|gives?)|default (implementations?|values?|methods?))\b",
    re.IGNORECASE,
)
_ABOUT_MARKERS = re.compile(
    r"\b(marker|unit (struct|type)|empty (struct|type|enum)|zero-?sized|phantom|type-?state|uninhabited|tag type)",
    re.IGNORECASE,
)
_LATER = re.compile(r"\b(later|next|will|future|phase \d|follow\w*|another)\b", re.IGNORECASE)
_CODE = re.compile(r"`([^`\n]+)`")
_CALL = re.compile(r"(?:^|[^\w!])(?:\w+::)*([a-z]\w*)\([^()]*\)?")
_NO_CODE = (".md", ".toml", ".lock", ".txt", ".gitignore")


def check_no_work(facts: GateFacts) -> Iterator[Finding]:
    """Yield what shows that nothing of what the phase promises was written."""
    if facts.phase.kind != PhaseKind.IMPLEMENTATION:
        return
    yield from _constants(facts)
    severity = Severity.WARNING if facts.phase.files.is_inferred else None
    for found in _types(facts):
        yield found if severity is None else found.model_copy(update={"severity": severity})


def _code(facts: GateFacts) -> list[str]:
    """Return the changed files of Rust code that are no tests."""
    return [
        path for path in sorted(facts.change.changed) if path.endswith(".rs") and not is_for_tests(facts.change, path)
    ]


def _changed_functions(facts: GateFacts) -> dict[tuple[str, str], RustFunction]:
    """Return new and changed functions of code, by file and name."""
    found = {}
    for path in _code(facts):
        old, new = (scan_rust(side(path) or b"").functions for side in (facts.change.before, facts.change.after))
        for name, function in new.items():
            if function.body and not function.in_test and (name not in old or old[name].body != function.body):
                found[path, name] = function
    return found


def _constants(facts: GateFacts) -> Iterator[Finding]:
    """Yield the phase's functions where each of them answers with a constant, and no test says that this is right."""
    functions, meant = _changed_functions(facts), _MEANT.search(_NOT_MEANT.sub("", facts.phase.text))
    if not facts.comparable or meant or _is_tested(facts) or _has_other_work(facts):
        return
    if all(is_constant(function) for function in functions.values()):
        for (path, name), function in sorted(functions.items(), key=lambda one: (one[0][0], one[1].line)):
            if is_asked(function):
                said = f"{name} answers the same whatever it is asked, as all code of the phase does; no new test asks"
                yield finding("constants-only", said, path=path, line=function.line)


def _is_tested(facts: GateFacts) -> bool:
    """Return True where a test passes that did not at base."""
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    return any(one in PASSED and was.get(test) in (None, FAILED, "lost") for test, one in now.items())


def _has_other_work(facts: GateFacts) -> bool:
    change = facts.change
    others = [
        one for one in change.changed if not one.endswith((".rs", *_NO_CODE)) and is_listed(one, facts.phase.files)
    ]
    return bool(others) or any(
        other_items(change.after(path) or b"") - other_items(change.before(path) or b"") for path in _code(facts)
    )


def _types(facts: GateFacts) -> Iterator[Finding]:
    """Yield promised new files that hold types alone, where the plan speaks of functions or the types hold nothing."""
    works = bool(_changed_functions(facts))
    for path in map(normal_path, facts.phase.files.create):
        content = facts.change.after(path) if path.endswith(".rs") and path in facts.change.changed else None
        what = types_alone(content) if content is not None and not is_test_file(path) else None
        if what == "types without fields" and not _ABOUT_MARKERS.search(facts.phase.text):
            yield finding("file-no-code", "the file holds types without fields and nothing else", path=path)
        elif what is not None and not works and (missing := _promised_functions(facts)):
            said = f"the file holds types alone, and nothing changed is a function; the plan speaks of {missing[0]}"
            yield finding("file-no-code", said, path=path)


def _promised_functions(facts: GateFacts) -> list[str]:
    """Return the functions that the plan writes as calls, and that no changed file has."""
    lines = [line for line in facts.phase.text.splitlines() if not _LATER.search(line) and "Blast Radius" not in line]
    named = [name for line in lines[1:] for span in _CODE.findall(line) for name in _CALL.findall(span)]
    known = [scan_rust(facts.change.after(path) or b"") for path in _code(facts)]
    return [name for name in dict.fromkeys(named) if not any(defines(one, name) for one in known)]
