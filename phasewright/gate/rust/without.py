"""A test that no longer asks for what was removed, and asks everything else as before. Pure, on squeezed bodies."""

import re
from collections.abc import Collection, Iterator

_BOUND = re.compile(r"let (?:mut )?([a-z_]\w*)\b")


def is_without(before: str, after: str, removed: Collection[str]) -> bool:
    """Return True where *after* has lost only statements about *removed* names, or about values made with them.

    >>> is_without("{assert_eq!(fee(1),2);assert_eq!(total(1),1);}", "{assert_eq!(total(1),1);}", {"fee"})
    True
    """
    left, lost = list(_statements(after)), []
    for statement in _statements(before):
        if left[:1] == [statement]:
            left.pop(0)
        else:
            lost.append(statement)
    names = set(removed)
    for statement in lost:
        if not any(re.search(rf"\b{re.escape(name)}\b", statement) for name in names):
            return False
        names.update(_BOUND.findall(statement))
    return bool(lost) and not left


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
