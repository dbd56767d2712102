"""Attributes, with what they stand before."""

import re

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.edits import edited
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of


def item_after(attribute: Node) -> Node | None:
    """Return what an attribute stands before; None for one of the whole file or block."""
    node = attribute.next_named_sibling if attribute.type == "attribute_item" else None
    while node is not None and (node.type == "attribute_item" or "comment" in node.type):
        node = node.next_named_sibling
    return node


def is_harmless(attribute: str, item: Node | None) -> bool:
    """Return True where what *attribute* hides is a table laid out by hand, or code that a build made."""
    if item is None:
        return False
    if "rustfmt" in attribute:
        return item.type in rules.ONE_TABLE
    return item.type == "mod_item" and rules.GENERATED.search(squeezed(item)) is not None


def without_rustfmt_skips(source: bytes) -> bytes:
    """Return *source* without what keeps rustfmt out of code; a table laid out by hand stays as it is."""
    edits, waiting = [], [parse(source)]
    while waiting:
        node = waiting.pop()
        if node.type not in ("attribute_item", "inner_attribute_item"):
            waiting += node.named_children
        elif "rustfmt" in text_of(node) and not is_harmless(text_of(node), item_after(node)):
            edits.append((node.start_byte, node.end_byte, b""))
    return edited(source, edits)


def exported_symbol(attribute: str, item: Node | None) -> str:
    """Return the name that `#[no_mangle]` or `#[export_name = "…"]` gives *item* for all that is linked."""
    named = re.search(r'export_name="([^"]*)"', attribute)
    return named[1] if named else text_of(item and item.child_by_field_name("name"))
