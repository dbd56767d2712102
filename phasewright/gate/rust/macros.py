"""Macro calls in a syntax tree, those inside other macros' tokens too."""

from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.words import text_of, words_of


class MacroCall(NamedTuple):
    """A macro call as written."""

    name: str
    arguments: str
    """Without white space and the outer brackets."""
    line: int

    @property
    def text(self) -> str:
        """Return the call without white space."""
        return f"{self.name}!({self.arguments})"


def macro_calls(node: Node) -> list[MacroCall]:
    """Return every macro call at and below *node*."""
    calls: list[MacroCall] = []
    stack = [node]
    while stack:
        one = stack.pop()
        stack.extend(one.children)
        found = _call(one)
        if found is not None:
            name, body = found
            calls.append(MacroCall(name, words_of(body).replace(",)", ")")[1:-1], one.start_point[0] + 1))
    return calls


def split_arguments(text: str) -> list[str]:
    """Return the arguments of a call, split at commas that no bracket or string encloses."""
    parts, depth, start, quoted = [], 0, 0, False
    for at, char in enumerate(text):
        if char == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _call(node: Node) -> tuple[str, Node] | None:
    if node.type == "macro_invocation":
        name = node.child_by_field_name("macro")
        return (text_of(name), node.children[-1]) if name is not None else None
    # Inside another macro's arguments there are only tokens: a name, `!`, a bracketed tree.
    bang = node.next_sibling
    if node.type != "identifier" or bang is None or bang.type != "!" or node.parent is None:
        return None
    body = bang.next_sibling
    return (text_of(node), body) if node.parent.type == "token_tree" and body is not None else None
