"""Let a test expect something else: where it still passes, what it expects does not matter. Text in, text out."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from phasewright.gate.rust.edits import Edit, edited
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import LITERALS, TEXTS, text_of

_MAKES = re.compile(r"to_owned|to_string|into|from(_\w+)?|new|vec|as_str|as_bytes|to_vec")
"""What may stand around a value without being what is tested."""
_MARKS = frozenset(["&", "(", ")", "[", "]", "{", "}", ",", ".", "::", ":", "-", "!", ".."])
_NUMBER = re.compile(r"(\d[\d_]*)((?:\.\d*)?(?:[iuf]\w+)?)")


def with_other_expectations(function: bytes) -> bytes | None:
    """Return a test *function* in which each `assert_eq!` with a written value expects another one; None without any.

    >>> with_other_expectations(b'fn one() { assert_eq!(f("a"), Some("b")); }')
    b'fn one() { assert_eq!(f("a"), Some("x")); }'
    """
    edits: list[Edit] = []
    stack = [parse(function)]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        name = text_of(node.child_by_field_name("macro")) if node.type == "macro_invocation" else ""
        if name.split("::")[-1] == "assert_eq":
            edits += _of_assertion(node.children[-1])
    return edited(function, edits) if edits else None


def _of_assertion(arguments: Node) -> list[Edit]:
    sides: list[list[Node]] = [[]]
    for node in arguments.children[1:-1]:
        if node.type == ",":
            sides.append([])
        else:
            sides[-1].append(node)
    # A written value that has no other one, such as None, is what is expected too: beside it stands the question.
    expected = next((side for side in reversed(sides[:2]) if _is_value(*side)), [])
    return other_value(*expected)


def _is_value(*nodes: Node) -> bool:
    """Return True where all that the nodes hold is written out."""
    return all(_is_written(leaf) for node in nodes for leaf in _leaves(node))


def other_value(*nodes: Node, texts: bool = True) -> list[Edit]:
    """Return the edits that make another value of what the nodes, side by side, write out; none where it is computed.

    Args:
        texts: False where a value that holds text stays.
    """
    leaves = [leaf for node in nodes for leaf in _leaves(node)]
    if not all(_is_written(leaf) and (texts or leaf.type not in TEXTS) for leaf in leaves):
        return []
    return [edit for leaf in leaves for edit in _other(leaf)]


def _leaves(node: Node) -> Iterator[Node]:
    if not node.children or node.type in LITERALS:
        yield node
    else:
        for child in node.children:
            yield from _leaves(child)


def _is_written(leaf: Node) -> bool:
    """Return True where a leaf of an argument is a value, or the name of what holds one."""
    text = text_of(leaf)
    if "literal" in leaf.type or text in _MARKS or _MAKES.fullmatch(text) or text in ("true", "false"):
        return True
    following = text_of(leaf.next_sibling)
    return leaf.type in ("identifier", "type_identifier", "crate", "super", "self") and (
        text[:1].isupper() or following in ("::", ":")
    )


def _other(leaf: Node) -> Iterator[Edit]:
    """Yield another value of the same type and length."""
    text, start, end = text_of(leaf), leaf.start_byte, leaf.end_byte
    number = _NUMBER.fullmatch(text)
    if number is not None:
        value = int(number[1].replace("_", ""))
        yield start, end, f"{value - 1 if value else 1}{number[2]}".encode()
    elif text in ("true", "false"):
        yield start, end, b"false" if text == "true" else b"true"
    elif leaf.type in LITERALS:
        opening = re.match(r"\w*#*[\"']", text)
        place = start + len(opening[0]) if opening else end
        letter = text[len(opening[0]) :][:1] if opening else "\\"
        if letter == '"' and text == '""':
            yield start, end, b'"x"'
        elif letter.isascii() and letter not in "\\\"'":
            yield place, place + 1, b"y" if letter == "x" else b"x"
