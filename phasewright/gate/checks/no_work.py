"""Phases that promise work and bring none: constants for answers, types without functions, words for code."""

import re
from collections.abc import Iterator

from phasewright.gate.change import is_listed, normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.modules_of_tests import is_for_tests
from phasewright.gate.rust.facts import RustFunction
from phasewright.gate.rust.same_work import same_work
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.syntax import says_the_same
from phasewright.gate.rust.work import defines, is_asked, is_constant, other_items, same_code, types_alone
from phasewright.plan import Phase, PhaseKind, Severity
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
_ABOUT_WORDS = re.compile(
    r"\b(doc|rustdoc|(code|inline|line|block|module|todo|stale|outdated|wrong) comment"
    r"|comments? (that|on|to|for|in|explain|say|tell)|readme|example|typo|wording|spelling|explain|describe"
    r"|changelog|lint|warning|clippy|safety|panics|translat|licen[cs]e|copyright|link)",
    re.IGNORECASE,
)
_ABOUT_FORM = re.compile(
    r"\b(renam|naming|names? (of|that|for)|refactor|restructur|clean|tid(y|ied)|readab|clarif|clearer|styl|simplif"
    r"|reformat|format(ted|ting)|attribut|inlin|must_use|deprecat|derive|cfg|serde|cold|repr|unused|dead|reorder"
    r"|sort(s|ed)? the|move)"
    r"|\bvariables?\b|\bparameters?\b|\bidentifiers?\b",
    re.IGNORECASE,
)
"""The phase may be about how code reads, not about what it does."""
_ABOUT_TESTS = re.compile(r"\b(tests?|testing|tested|coverage|fuzz\w*|propert\w*|bench\w*|snapshots?)\b", re.IGNORECASE)
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
    for found in (*_types(facts), *_documentation(facts), *_same_work(facts)):
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
    functions = _changed_functions(facts)
    if (
        not facts.comparable
        or _MEANT.search(_NOT_MEANT.sub("", facts.phase.text))
        or _is_tested(facts)
        or _has_other_work(facts)
    ):
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


def _documentation(facts: GateFacts) -> Iterator[Finding]:
    """Yield the files that the phase modifies where comments and documentation are all that changed in any code."""
    change = facts.change
    rust = [path for path in sorted(change.changed) if path.endswith(".rs")]
    about = " ".join((facts.phase.text, *facts.phase.files.paths()))
    if not facts.phase.text.strip() or _ABOUT_WORDS.search(about) or re.search(r"\.(md|adoc|rst)\b", about):
        return
    sides = [(change.before(path), change.after(path)) for path in rust]
    if any(before is None or after is None or not same_code(before, after) for before, after in sides):
        return
    for path, (before, after) in zip(rust, sides, strict=True):
        listed = path in map(normal_path, facts.phase.files.modify)
        if listed and not says_the_same(before or b"", after or b""):  # which check_files tells
            yield finding("file-unchanged", "only documentation changed; the phase promises code", path=path)


def _same_work(facts: GateFacts) -> Iterator[Finding]:
    """Yield the files that the phase modifies where no code, of any file, does anything else than before.

    Tests alone are the work of a phase that speaks of nothing else.
    """
    change, phase = facts.change, facts.phase
    if not phase.text.strip() or _ABOUT_FORM.search(phase.text) or _ABOUT_WORDS.search(phase.text):
        return
    if _is_about_tests(phase) or any(not one.endswith((".rs", ".md", ".lock")) for one in change.changed):
        return
    paths = [path for path in sorted(change.changed) if path.endswith(".rs") and not is_for_tests(change, path)]
    if any(not same_work(change.before(path) or b"", change.after(path) or b"") for path in paths):
        return
    for path in paths:
        before, after = change.before(path) or b"", change.after(path) or b""
        if path in map(normal_path, phase.files.modify) and not same_code(before, after):  # which _documentation tells
            said = "what is no test does what it did: names of local variables and attributes are all that changed"
            yield finding("file-unchanged", f"{said}; the phase promises code", path=path)


def _is_about_tests(phase: Phase) -> bool:
    """Return True where tests alone may be all that the phase is to bring."""
    if _ABOUT_TESTS.search(f"{phase.name} {phase.goal or ''}"):
        return True
    return bool(phase.deliverables) and all(map(_ABOUT_TESTS.search, phase.deliverables))
