"""How much does code do? Constants instead of answers, types without functions, words instead of code. Pure."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.facts import RustFacts, RustFunction
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of

_UNUSED = re.compile(r"(let ?)?_ ?=[^;{}]*;|drop\([^;{}]*\);")
_MORE_CONSTANTS = re.compile(
    r"\{(Self|\(\)|\w*(::\w+)*::(new|default|with_capacity)\(\d*\)|(Some|Ok)\(\"[^\"]*\"(\.\w+\(\))?\)"
    r"|(Some|Ok)\((\w+::)*(new|default)\(\)\)|Some\(Self\)|Ok\(Self\))?;?\}"
)
_WITHOUT_ARGUMENTS = re.compile(r"\((&?('\w+ )?(mut )?self,?)?\)")
_DOCUMENTATION = re.compile(r"#!?\[doc=(r#*)?\"(\\.|[^\"\\])*\"#*\]")
_PLAIN_DERIVES = re.compile(
    r"(\w+::)*(Debug|Clone|Copy|PartialEq|Eq|Hash|Default|PartialOrd|Ord|Serialize|Deserialize|Error),?"
)
_TYPES = ("struct_item", "enum_item", "union_item", "type_item")
_QUIET = ("attribute_item", "inner_attribute_item", "use_declaration", "empty_statement")


def is_constant(function: RustFunction) -> bool:
    """Return True for a function that answers the same whatever it is asked, or does nothing."""
    body = _UNUSED.sub("", function.body)
    return bool(rules.CONSTANT_BODY.fullmatch(body) or _MORE_CONSTANTS.fullmatch(body))


def is_asked(function: RustFunction) -> bool:
    """Return True for a function with arguments that no trait asks for."""
    return not function.in_trait and not _WITHOUT_ARGUMENTS.fullmatch(function.parameters)


def other_items(source: bytes) -> frozenset[str]:
    """Return the constants and macros of a file: code that stands in no function."""
    kinds = ("const_item", "static_item", "macro_definition", "macro_invocation")
    return frozenset(squeezed(node) for node in _items(parse(source)) if node.type in kinds)


def same_code(before: bytes, after: bytes) -> bool:
    """Return True where two sources differ in comments and documentation alone."""
    old, new = (_DOCUMENTATION.sub("", scan_rust(source).tokens) for source in (before, after))
    return old == new


def types_alone(source: bytes) -> str | None:
    """Return what a file is that holds types and nothing else; None for any other, and where a macro may add to it.

    >>> types_alone(b"pub struct Store;"), types_alone(b"pub struct Store { pub len: usize }")
    ('types without fields', 'types')
    """
    items = [node for node in parse(source).children if "comment" not in node.type and node.type not in _QUIET]
    texts = [squeezed(node) for node in parse(source).children if node.type not in _TYPES]
    if any(one.startswith("pub use") or _adds_code(one) for one in texts):
        return None
    if not items or any(node.type not in _TYPES or node.type == "type_item" for node in items):
        return None
    return "types" if any(_has_fields(node) for node in items) else "types without fields"


def defines(facts: RustFacts, name: str) -> bool:
    """Return True where a file has a function of this name."""
    return any(key.rsplit("::", 1)[-1] == name for key in facts.functions)


def _adds_code(attribute: str) -> bool:
    """Return True for an attribute that may make functions."""
    if hit := re.fullmatch(r"#\[derive\((.*)\)\]", attribute):
        return _PLAIN_DERIVES.sub("", hit[1]) != ""
    return attribute.startswith("#[") and not rules.PLAIN_ATTRIBUTE.match(attribute) and "serde" not in attribute


def _has_fields(node: Node) -> bool:
    body = node.child_by_field_name("body")
    return body is not None and any(child.is_named and "comment" not in child.type for child in body.children)


def _items(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        if child.type in ("mod_item", "impl_item", "declaration_list"):
            yield from _items(child)
        elif child.type == "expression_statement" and text_of(child):
            yield from child.children
