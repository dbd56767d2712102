"""Which tests of base the plan lets go: by name, or with what they are about when that is removed."""

import re

from phasewright.gate.consent import gives_up, moves_away, removal_marks, removes
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.moved import names_used
from phasewright.gate.renamed import code_names, moves_of
from phasewright.gate.rust.facts import RustTest
from phasewright.gate.written_tests import written_test

_BOUND = re.compile(r"\blet (?:mut )?([a-z_]\w*)(?::[^=;]+)?=([^;]*);")
_CALLED = re.compile(r"\b([a-z_]\w*)\(")
_WORD = re.compile(r"\w+")


def is_given_up(facts: GateFacts, test: str) -> bool:
    """Return True where the plan lets *test*, of base, go or change."""
    place = facts.before.tests.places.get(test)
    if gives_up(facts.phase, test, place, code_names(facts.change)):
        return True
    if test not in facts.after.tests.outcomes and _is_about_a_lost_text(facts, test):
        return True
    used = names_used(facts, test)
    if used is None:
        return moves_away(facts.phase, place)  # made by a macro: what it says cannot be read
    gone = moves_of(facts.change).gone
    return removes(facts.phase, used & gone) and not _asks_what_stays(facts, test, gone)


def _asks_what_stays(facts: GateFacts, test: str, gone: frozenset[str]) -> bool:
    """Return True where an assertion of *test* is about a function that is there still, and about nothing removed."""
    one, stays = written_test(facts, test, after=False), code_names(facts.change) - gone
    if one is None:
        return False
    told = (_with_bindings(one, said) for said in one.asserts)
    return any(set(_CALLED.findall(text)) & stays and not set(_WORD.findall(text)) & gone for text in told)


def _with_bindings(test: RustTest, said: str) -> str:
    """Return an assertion with the values that its names are bound to, and the names in those."""
    bound = dict(_BOUND.findall(test.body))
    waiting, seen = [said], set[str]()
    text = ""
    while waiting:
        part = waiting.pop()
        text += f" {part}"
        more = [name for name in _WORD.findall(part) if name in bound and name not in seen]
        seen.update(more)
        waiting += [bound[name] for name in more]
    return text


def _is_about_a_lost_text(facts: GateFacts, test: str) -> bool:
    """Return True where a test has a text, such as `--flag`, that the plan removes and the code has lost."""
    one = written_test(facts, test, after=False)
    marks = [mark for mark in removal_marks(facts.phase) if one is not None and mark in one.body]
    return any(_has(facts, mark, after=False) and not _has(facts, mark, after=True) for mark in marks)


def _has(facts: GateFacts, mark: str, *, after: bool) -> bool:
    read = facts.change.text_after if after else facts.change.text_before
    code = (read(path) or "" for path in facts.change.changed if path.endswith(".rs") and not is_test_file(path))
    return any(mark in text.partition("#[cfg(test)]")[0] for text in code)
