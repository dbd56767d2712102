"""Do the new tests speak of the repository's code at all? Read from their source; nothing is run."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.rust.facts import RustFacts, RustTest
from phasewright.gate.rust.scan import scan_rust
from phasewright.plan import PhaseKind
from phasewright.result import Finding
from phasewright.toolchain.outcomes import OK, Identity

_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_TEXT = re.compile(r"r#*\".*?\"#*|\"(\\.|[^\"\\])*\"", re.DOTALL)
_DEFINED = re.compile(
    r"\b(?:fn|struct|enum|union|trait|type|const(?! ?(?:unsafe |async |extern )*fn\b)|static|mod) ?(?:mut )?(\w+)"
)
_IMPORT = re.compile(r"\buse ?(?:::)?([^;]+);")
_MACRO = re.compile(r"\b(\w+)!")
_OF_THE_LANGUAGE = re.compile(
    r"(debug_)?assert(_eq|_ne)?|vec|format|e?print(ln)?|panic|unreachable|matches|concat|write(ln)?|stringify"
)
_REACHES_ELSEWHERE = frozenset("crate super env fs File Command process cargo_bin".split())  # noqa: SIM905
"""Paths into the crate; files and programs, which may be the repository's."""


class _Written(NamedTuple):
    """A new test where it is written."""

    name: str
    path: str
    test: RustTest
    facts: RustFacts
    around: str
    """The code that its imports stand in."""


def check_apart(facts: GateFacts) -> Iterator[Finding]:
    """Yield the new tests when none of them names anything that the repository defines."""
    if not facts.comparable or facts.phase.kind != PhaseKind.IMPLEMENTATION:
        return
    was, now = facts.before.tests.outcomes, facts.after.tests.outcomes
    new = [t for t, o in now.items() if o == OK and t not in was and Identity.read(t).kind != "doc"]
    written = [_written(facts, test) for test in new]
    own = _own_crates(facts) | _REACHES_ELSEWHERE
    for one in written:
        if one is None or _speaks(one, own | _defined(facts, one)):
            return
    for one in written:
        if one is not None:
            said = f"{one.name} names nothing that this repository defines: it tests something else"
            yield finding("test-apart", said, path=one.path, line=one.test.line)


def _written(facts: GateFacts, test: str) -> _Written | None:
    """Return the test's source; None where a macro makes it, or the file did not change."""
    path, name = facts.after.tests.path_of(test), Identity.read(test).test
    content = facts.change.after(path) if path in facts.change.changed else None
    if content is None or not path.endswith(".rs"):
        return None
    found = scan_rust(content, is_test_file=is_test_file(path))
    here = next((key for key in found.tests if name == key or name.endswith(f"::{key}")), None)
    if here is None:
        return None
    start = 0 if is_test_file(path) else max(0, found.tokens.find("#[cfg(test)]"))
    return _Written(name, path, found.tests[here], found, _TEXT.sub('""', found.tokens[start:]))


def _own_crates(facts: GateFacts) -> frozenset[str]:
    names = facts.after.workspace.names() if facts.after.workspace else frozenset()
    targets = {Identity.read(test).target for test in facts.after.tests.outcomes}
    return frozenset(name.replace("-", "_") for name in {*names, *targets})


def _defined(facts: GateFacts, one: _Written) -> frozenset[str]:
    """Return the names of what the changed code, and the test's own file, define."""
    sources = [
        scan_rust(facts.change.after(path) or b"").tokens
        for path in facts.change.changed
        if path.endswith(".rs") and not is_test_file(path)
    ]
    texts = (*sources, one.facts.tokens)
    return frozenset(name for tokens in texts for name in (*_DEFINED.findall(tokens), *_made_by_macros(tokens)))


def _made_by_macros(tokens: str) -> Iterator[str]:
    """Yield the names that a file's own macros may make types of: those with a capital in what they are given."""
    for macro in re.findall(r"\bmacro_rules! ?(\w+)", tokens):
        for given in re.findall(rf"(?<!\w){macro}! ?[({{\[]([^;]*?)[)}}\]];?", tokens):
            yield from re.findall(r"\b[A-Z]\w*\b", given)


def _speaks(one: _Written, known: frozenset[str]) -> bool:
    """Return True where the test may be about the repository's code; in doubt too."""
    for imported in _IMPORT.findall(one.around):
        root = imported.split("::")[0]
        if root in known and imported != "super::*":
            return True
        # What stands above a file of its own is another file's, which may not have changed.
        is_inside = imported == "super::*" and not is_test_file(one.path)
        if imported.endswith("::*") and not is_inside:
            return True
    code, helpers = _code(one)
    words = frozenset(_WORD.findall(code)) - helpers
    return bool(words & known) or any(not _OF_THE_LANGUAGE.fullmatch(name) for name in _MACRO.findall(code))


def _code(one: _Written) -> tuple[str, frozenset[str]]:
    """Return the test's code, without texts, with that of the helpers which it names, and they name; and those."""
    code, seen = _TEXT.sub('""', one.test.body), frozenset[str]()
    helpers = {name.rsplit("::", 1)[-1]: f.body for name, f in one.facts.functions.items() if f.in_test}
    while more := {name for name in _WORD.findall(code) if name in helpers} - seen:
        seen |= more
        code += "".join(f" {_TEXT.sub('', helpers[name])}" for name in sorted(more))
    return code, frozenset(helpers)
