"""What Rust code defines for others, by name: what tests must follow when it changes. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of

_NAMED = (
    "function_item",
    "function_signature_item",
    "struct_item",
    "enum_item",
    "enum_variant",
    "union_item",
    "trait_item",
    "type_item",
    "const_item",
    "static_item",
    "mod_item",
    "macro_definition",
    "field_declaration",
)
_FUNCTIONS = ("function_item", "function_signature_item")
_OWNERS = ("struct_item", "union_item", "trait_item")


class Definitions(NamedTuple):
    """The names that some code defines; what only tests see is left out."""

    names: frozenset[str] = frozenset()
    """Of functions, types, fields, variants, constants, modules, macros."""
    fields: frozenset[tuple[str, str]] = frozenset()
    """(struct, field)."""
    methods: frozenset[tuple[str, str]] = frozenset()
    """(trait, method)."""
    parameters: frozenset[tuple[str, int]] = frozenset()
    """(function, number of its parameters)."""
    free: frozenset[str] = frozenset()
    """Functions that take no `self`."""
    bound: frozenset[str] = frozenset()
    """Functions that do."""


class Moves(NamedTuple):
    """What a change does to the names that tests use."""

    gone: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    new_fields: frozenset[str] = frozenset()
    """Of structs that were there before."""
    new_methods: frozenset[str] = frozenset()
    """Of traits that were there before."""
    longer: frozenset[str] = frozenset()
    """Functions that were there before, and take more now."""
    has_new_functions: bool = False
    bound: frozenset[str] = frozenset()
    """Functions that were free, and are methods now."""
    names: frozenset[str] = frozenset()
    """All that the code defines, before or after."""
    told: Mapping[str, str] = {}
    """What a name becomes, where the plan says it."""


def moves(before: Iterable[bytes], after: Iterable[bytes]) -> Moves:
    """Return what becomes of the names in *before*, the changed files at base, in *after*, the same now."""
    old, new = _together(before), _together(after)
    structs, traits = {name for name, _ in old.fields} | old.names, {name for name, _ in old.methods} | old.names
    most = dict(sorted(old.parameters))
    return Moves(
        gone=old.names - new.names,
        new=new.names - old.names,
        new_fields=frozenset(field for owner, field in new.fields - old.fields if owner in structs),
        new_methods=frozenset(method for owner, method in new.methods - old.methods if owner in traits),
        longer=frozenset(name for name, count in new.parameters if count > most.get(name, count)),
        has_new_functions=any(name not in most for name, _ in new.parameters),
        bound=(old.free - old.bound) & (new.bound - new.free),
        names=old.names | new.names,
    )


def _together(sources: Iterable[bytes]) -> Definitions:
    found = [definitions(source) for source in sources]
    return Definitions(
        names=frozenset().union(*(one.names for one in found)),
        fields=frozenset().union(*(one.fields for one in found)),
        methods=frozenset().union(*(one.methods for one in found)),
        parameters=frozenset().union(*(one.parameters for one in found)),
        free=frozenset().union(*(one.free for one in found)),
        bound=frozenset().union(*(one.bound for one in found)),
    )


@lru_cache(maxsize=256)
def definitions(source: bytes) -> Definitions:
    """Return what *source* defines."""
    reader = _Reader()
    reader.walk(parse(source), "")
    return Definitions(
        names=frozenset(reader.names),
        fields=frozenset(reader.fields),
        methods=frozenset(reader.methods),
        parameters=frozenset(reader.parameters),
        free=frozenset(reader.free),
        bound=frozenset(reader.bound),
    )


class _Reader:
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.fields: set[tuple[str, str]] = set()
        self.methods: set[tuple[str, str]] = set()
        self.parameters: set[tuple[str, int]] = set()
        self.free: set[str] = set()
        self.bound: set[str] = set()

    def walk(self, node: Node, owner: str) -> None:
        """Note every definition below *node*; *owner* is the struct or trait that it stands in."""
        attributes: list[str] = []
        for child in node.named_children:
            if child.type == "attribute_item":
                attributes.append(squeezed(child))
            elif "comment" not in child.type:
                if not any(rules.TEST_GATE.match(one) or rules.TEST_ATTRIBUTE.match(one) for one in attributes):
                    self._note(child, owner)
                attributes = []

    def _note(self, node: Node, owner: str) -> None:
        name = text_of(node.child_by_field_name("name"))
        body = node.parent
        in_trait = body is not None and body.parent is not None and body.parent.type == "trait_item"
        if node.type in _NAMED and name:
            self.names.add(name)
            if node.type == "field_declaration":
                self.fields.add((owner, name))
            if node.type in _FUNCTIONS:
                given = node.child_by_field_name("parameters")
                count = sum(1 for one in given.named_children if "comment" not in one.type) if given else 0
                self.parameters.add((name, count))
                has_self = given is not None and any(one.type == "self_parameter" for one in given.named_children)
                (self.bound if has_self else self.free).add(name)
                if in_trait:
                    self.methods.add((owner, name))
        self.walk(node, name if node.type in _OWNERS else owner)
