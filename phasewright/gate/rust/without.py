"""A test that no longer asks for what was removed, and asks everything else as before. Pure, on squeezed bodies."""

import re
from collections.abc import Collection, Iterator

_BOUND = re.compile(r"let (?:mut )?([a-z_]\w*)\b")
_CALLED = re.compile(r"\b([a-z_]\w*)\(")
_WORD = re.compile(r"\w+")


def is_without(before: str, after: str, removed: Collection[str], stays: Collection[str] = ()) -> bool:
    """Return True where *after* has lost only statements about *removed* names, or about values made with them.

    Args:
        stays: functions that are there still: what asks one of them too, beside what was removed, may not go.

    >>> is_without("{assert_eq!(fee(1),2);assert_eq!(total(1),1);}", "{assert_eq!(total(1),1);}", {"fee"})
    True
    """
    left, names, has_lost = list(_statements(after)), set(removed), False
    for statement in _statements(before):
        bound = _BOUND.match(statement)
        if left[:1] == [statement]:
            left.pop(0)
            names -= {bound[1]} if bound else set()
            continue
        has_lost = True
        said = statement.partition("=")[2] if bound else statement
        if not names & set(_WORD.findall(said)) or set(_CALLED.findall(_without_calls(said, names))) & set(stays):
            return False
        names |= {bound[1]} if bound else set()
    return has_lost and not left


def _without_calls(code: str, names: Collection[str]) -> str:
    """Return *code* without calls of functions of these *names*, and what they are given."""
    for call in re.finditer(r"\b(\w+)\(", code):
        if call[1] in names:
            depth, place = 1, call.end()
            while depth and place < len(code):
                depth += {"(": 1, ")": -1}.get(code[place], 0)
                place += 1
            return _without_calls(code[: call.start()] + code[place:], names)
    return code


def _statements(body: str) -> Iterator[str]:
    """Yield the statements of a body; a block counts as one, with what follows it up to the next semicolon."""
    inside = body.strip().removeprefix("{").removesuffix("}")
    depth, start = 0, 0
    for place, letter in enumerate(inside):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(letter, 0)
        if letter == ";" and depth == 0:
            yield inside[start:place].strip()
            start = place + 1
    if inside[start:].strip():
        yield inside[start:].strip()
