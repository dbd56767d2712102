"""What of a source file is code, and no test. Pure."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.words import squeezed

_DOCUMENTS = re.compile(r"#!?\[(doc\b|cfg_attr\(.*\bdoc=)")

_CONTAINERS = ("mod_item", "impl_item", "trait_item")


def production_items(node: Node) -> Iterator[Node]:
    """Yield the smallest items that are no tests, and no documentation."""
    attributes: list[Node] = []
    for child in node.children:
        if child.type in ("attribute_item", "inner_attribute_item"):
            attributes.append(child)
            continue
        if "comment" in child.type:
            continue
        texts = [squeezed(one) for one in attributes]
        if not any(rules.TEST_GATE.match(one) or rules.TEST_ATTRIBUTE.match(one) for one in texts):
            yield from (one for one, text in zip(attributes, texts, strict=True) if not _DOCUMENTS.match(text))
            body = child.child_by_field_name("body")
            is_container = child.type in _CONTAINERS and body is not None
            yield from production_items(body) if is_container and body is not None else iter([child])
        attributes = []


def all_items(node: Node) -> Iterator[Node]:
    """Yield every item, tests too, and those in modules, implementations and traits; not what stands in bodies."""
    for child in node.children:
        body = child.child_by_field_name("body") if child.type in _CONTAINERS else None
        yield child
        if body is not None:
            yield from all_items(body)
