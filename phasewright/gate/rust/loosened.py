"""Which lints a file forbids, and which traits its types derive or implement. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of

_LEVELS = {"warn": 1, "deny": 2, "forbid": 3}
_LINTS = re.compile(r"#!\[(warn|deny|forbid)\((.*)\)\]$")
_TYPES = ("struct_item", "enum_item", "union_item")


class Derived(NamedTuple):
    """A type and what it derives."""

    traits: frozenset[str]
    fields: frozenset[str]
    """Named ones of a struct."""
    line: int


def lint_levels(source: bytes) -> dict[str, int]:
    """Return lint → level (1 warn, 2 deny, 3 forbid) of the attributes of a whole file."""
    levels: dict[str, int] = {}
    for node in parse(source).children:
        said = (
            re.match(r"#!\[(warn|deny|forbid)\((.*)\)\]$", squeezed(node))
            if node.type == "inner_attribute_item"
            else None
        )
        for lint in said[2].split(",") if said else ():
            if lint and said:
                levels[lint] = max(levels.get(lint, 0), _LEVELS[said[1]])
    return levels


def derived_traits(source: bytes) -> dict[str, Derived]:
    """Return type → the traits that it derives; types in functions are left out."""
    return dict(_derived(parse(source)))


def written_impls(source: bytes) -> dict[tuple[str, str], str]:
    """Return (trait, type) → code of each `impl Trait for Type`, by their last names."""
    found: dict[tuple[str, str], str] = {}
    stack = [parse(source)]
    while stack:
        node = stack.pop()
        stack.extend(child for child in node.children if child.type in ("mod_item", "declaration_list", "impl_item"))
        trait, name = node.child_by_field_name("trait"), node.child_by_field_name("type")
        if node.type == "impl_item" and trait is not None and name is not None:
            found[_last(squeezed(trait)), _last(squeezed(name))] = squeezed(node)
    return found


def _derived(node: Node) -> Iterator[tuple[str, Derived]]:
    traits: set[str] = set()
    for child in node.children:
        if child.type == "attribute_item":
            said = re.match(r"#\[derive\((.*)\)\]$", squeezed(child))
            traits |= {_last(one) for one in said[1].split(",") if one} if said else set()
            continue
        if "comment" in child.type:
            continue
        if child.type in _TYPES:
            yield text_of(child.child_by_field_name("name")), _type(child, traits)
        elif child.type in ("mod_item", "declaration_list"):
            yield from _derived(child)
        traits = set()


def _type(node: Node, traits: set[str]) -> Derived:
    body = node.child_by_field_name("body")
    fields = [one for one in body.named_children if one.type == "field_declaration"] if body is not None else []
    names = frozenset(text_of(one.child_by_field_name("name")) for one in fields)
    return Derived(frozenset(traits), names, node.start_point[0] + 1)


def _last(path: str) -> str:
    return re.sub(r"<.*>", "", path).rpartition("::")[2]
