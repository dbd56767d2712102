"""Give a Rust source's new constants other values: a test of them has to notice."""

from collections.abc import Collection, Iterator

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.altered import other_value
from phasewright.gate.rust.edits import Edit, edited
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of

_CONSTANTS = ("const_item", "static_item")


def other_constants(base: bytes, head: bytes) -> list[Edit]:
    """Return the edits that change the constants which *base* has not, or has otherwise.

    Only written values without text are changed. Text that is read may be anything, code that nobody compiles too, so
    that a test which notices another text proves nothing about code.
    """
    old = written_constants(base)
    return [
        edit
        for name, value in _constants(parse(head))
        if old.get(name) != squeezed(value)
        for edit in other_value(value, texts=False)
    ]


def written_constants(source: bytes) -> dict[str, str]:
    """Return path → value, without white space, of the constants of *source*."""
    return {name: squeezed(value) for name, value in _constants(parse(source))}


def with_constants_of(head: bytes, base: bytes, names: Collection[str]) -> bytes:
    """Return *head* with the values that the constants *names* have in *base*."""
    old = {name: text_of(value).encode() for name, value in _constants(parse(base)) if name in names}
    new = [(name, value) for name, value in _constants(parse(head)) if name in old]
    return edited(head, [(value.start_byte, value.end_byte, old[name]) for name, value in new])


def _constants(node: Node, at: tuple[str, ...] = ()) -> Iterator[tuple[str, Node]]:
    """Yield path and value of each constant that stands in no test and in no function."""
    attributes: list[str] = []
    for child in node.children:
        if child.type == "attribute_item":
            attributes.append(squeezed(child))
            continue
        if "comment" in child.type:
            continue
        in_test = any(rules.TEST_GATE.match(one) for one in attributes)
        attributes = []
        if in_test or child.type == "function_item":
            continue
        value = child.child_by_field_name("value") if child.type in _CONSTANTS else None
        name = text_of(child.child_by_field_name("name") or child.child_by_field_name("type"))
        if value is not None:
            yield "::".join((*at, name)), value
        body = child.child_by_field_name("body")
        if body is not None:
            yield from _constants(body, (*at, name))
