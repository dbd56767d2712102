"""Does code do what it did? Two sources that differ in nothing but what a reader sees. Pure."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from phasewright.gate.rust.production import production_items
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import text_of

_BINDS = ("let_declaration", "parameter", "for_expression", "let_condition")
_SILENT = ("attribute_item", "inner_attribute_item", "line_comment", "block_comment", "empty_statement")


@lru_cache(maxsize=128)
def same_work(before: bytes, after: bytes) -> bool:
    """Return True where two sources differ in tests, comments, attributes, order and names of local variables alone.

    >>> same_work(b"fn f(a: u8) -> u8 { let b = a; b }", b"#[inline]\\nfn f(n: u8) -> u8 { let m = n; m }")
    True
    >>> same_work(b"fn f(a: u8, b: u8) -> u8 { a }", b"fn f(a: u8, b: u8) -> u8 { b }")
    False
    """
    return _said(before) == _said(after)


def _said(source: bytes) -> Counter[str]:
    items = [item for item in production_items(parse(source)) if item.type not in _SILENT]
    return Counter(_as_said(item) for item in items if not _is_unused(item))


def _is_unused(item: Node) -> bool:
    """Return True for a constant whose name says that nothing uses it."""
    return item.type == "const_item" and text_of(item.child_by_field_name("name")).startswith("_")


def _as_said(item: Node) -> str:
    """Return an item's words, its local variables numbered."""
    local = {name: f"v{number}" for number, name in enumerate(dict.fromkeys(_bound(item)))}
    return " ".join(_words(item, local))


def _bound(node: Node) -> Iterator[str]:
    """Yield the variables that are bound below *node*, in their order."""
    if node.type in _BINDS:
        yield from _variables(node.child_by_field_name("pattern"))
    elif node.type in ("closure_parameters", "match_pattern"):
        yield from _variables(node)
    for child in node.children:
        yield from _bound(child)


def _variables(pattern: Node | None) -> Iterator[str]:
    if pattern is None:
        return
    if pattern.type == "identifier" and text_of(pattern)[:1].islower():
        yield text_of(pattern)
    for child in pattern.children:
        yield from _variables(child)


def _words(node: Node, local: dict[str, str]) -> Iterator[str]:
    if node.type in _SILENT:
        return
    if not node.children or "literal" in node.type:
        text = text_of(node)
        yield local.get(text, text) if node.type == "identifier" else text
        return
    for child in node.children:
        yield from _words(child, local)
