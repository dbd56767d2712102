"""The numbers and texts in code. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator

from tree_sitter import Node

from phasewright.gate.rust.words import TEXTS, text_of

_NUMBERS = ("integer_literal", "float_literal")


def below(*roots: Node, skip: Collection[int] = ()) -> Iterator[Node]:
    """Yield *roots* and all nodes below, in the order of the source; not what is in literals and comments.

    Args:
        skip: ids of nodes that are left out, with all below.
    """
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node.id in skip:
            continue
        yield node
        if node.type not in TEXTS and "comment" not in node.type:
            stack.extend(reversed(node.children))


def values(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the literals that say something: texts of three characters, numbers of two digits."""
    return frozenset(text for kind, text in map(_literal, nodes) if _is_telling(kind, text))


def small_values(nodes: Iterable[Node]) -> frozenset[str]:
    """Return all numbers and texts, the empty text too; letters are none."""
    return frozenset(text for kind, text in map(_literal, nodes) if kind)


def _literal(node: Node) -> tuple[str, str]:
    """Return what kind of literal a node is, empty for none, and its value."""
    if node.type in TEXTS:
        return "text", re.sub(r"^\w*#*\"|\"#*$", "", text_of(node))
    if node.type in _NUMBERS:
        return "number", re.sub(r"_|[iuf](8|16|32|64|128|size)$", "", text_of(node))
    return "", ""


def _is_telling(kind: str, text: str) -> bool:
    return len(text) >= 3 if kind == "text" else len(re.sub(r"[.0]*$", "", text)) >= 2
