"""Where in a source file its tests stand, with what is there for them alone."""

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of


def item_ranges(source: bytes) -> dict[str, tuple[int, int]]:
    """Return the bytes of every top-level item that is there for tests, by name: tests, modules, macros that assert.

    Their attributes are included.
    """
    found: dict[str, tuple[int, int]] = {}
    attributes: list[Node] = []
    for node in parse(source).children:
        if node.type == "attribute_item":
            attributes.append(node)
            continue
        if "comment" in node.type:
            continue
        texts = [squeezed(attribute) for attribute in attributes]
        is_gated = any(rules.TEST_GATE.match(text) for text in texts)
        is_test = node.type == "function_item" and any(rules.TEST_ATTRIBUTE.match(text) for text in texts)
        name = text_of(node.child_by_field_name("name"))
        is_macro = node.type == "macro_definition"
        is_whole = node.type != "mod_item" or node.child_by_field_name("body") is not None
        if name and ((is_gated and is_whole) or is_test or (is_macro and rules.ASSERTS.match(name))):
            start = attributes[0] if attributes else node
            found[f"{name}!" if is_macro else name] = (start.start_byte, node.end_byte)
        attributes = []
    return found
