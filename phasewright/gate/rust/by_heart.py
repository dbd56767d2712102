"""Does code know the answers of its tests by heart? Literals of both, compared. Pure.

`assert_eq!(label("Red shoe"), "red-shoe")` proves nothing about code that says `"Red shoe" => "red-shoe"`.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.asked import Question
from phasewright.gate.rust.literals import below, small_values, values
from phasewright.gate.rust.production import production_items
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import text_of

_CONSTANTS = ("const_item", "static_item")
_OFTEN = ("new", "default", "from", "parse", "get", "with", "build", "make", "run", "main", "into", "from_str", "fmt")
"""Names that say little about which function is meant."""
_DOES_MORE = ("for_expression", "while_expression", "loop_expression", "closure_expression", "index_expression")
_DOES_EVEN_MORE = ("range_expression", "range_pattern", "tuple_pattern", "tuple_struct_pattern")
_CONVERTS = frozenset(
    ["to_owned", "to_string", "into", "as_str", "as_ref", "eq", "String", "Some", "None", "Ok", "Err", "new", "from"]
)
_STOPS = ("panic", "unreachable")
Items = Mapping[str, list[Node]]


class Knowledge(NamedTuple):
    """What a function, with what it calls and names in its file, holds as literals."""

    values: frozenset[str]
    compared: frozenset[str]
    """Those that something is compared with or matched against, and those of tables."""


class _Held(NamedTuple):
    """What one item names and holds."""

    names: frozenset[str]
    values: frozenset[str]
    compared: frozenset[str]


class Lookup(NamedTuple):
    """A function that does nothing but compare its argument with numbers, and answer."""

    keys: frozenset[str]
    answers: frozenset[str]


@lru_cache(maxsize=256)
def items_of(source: bytes) -> Items:
    """Return the functions and constants of a file by name; tests are none."""
    found: dict[str, list[Node]] = {}
    for node in production_items(parse(source)):
        if node.type in ("function_item", *_CONSTANTS):
            found.setdefault(text_of(node.child_by_field_name("name")), []).append(node)
    return found


def shared_items(sources: Collection[bytes]) -> Items:
    """Return what code of other files may name: constants, and functions that one name is enough to find."""
    found: dict[str, list[Node]] = {}
    for source in sources:
        for name, nodes in _named_elsewhere(source).items():
            found.setdefault(name, []).extend(nodes)
    return {name: nodes for name, nodes in found.items() if len(nodes) == 1}


@lru_cache(maxsize=256)
def _named_elsewhere(source: bytes) -> Items:
    found: dict[str, list[Node]] = {}
    for node in production_items(parse(source)):
        name = text_of(node.child_by_field_name("name"))
        if node.type in _CONSTANTS or (node.type == "function_item" and name not in _OFTEN):
            found.setdefault(name, []).append(node)
    return found


def knowledge_of(source: bytes, function: str, elsewhere: Items | None = None) -> Knowledge:
    """Return what *function* of *source* knows, by itself and by what it names in the file, or *elsewhere*."""
    items = {**(elsewhere or {}), **items_of(source)}
    known, compared = set[str](), set[str]()
    todo, seen = [function], {function}
    while todo:
        for item in items.get(todo.pop(), ()):
            held = _held_by(item)
            known |= held.values
            compared |= held.compared
            more = (held.names & items.keys()) - seen
            seen |= more
            todo += more
    return Knowledge(frozenset(known), frozenset(compared))


@lru_cache(maxsize=8192)
def _held_by(item: Node) -> _Held:
    nodes = list(below(item))
    names = frozenset(text_of(node) for node in nodes if node.type in ("identifier", "field_identifier"))
    compared = (value for node in nodes if _compares(node) for value in values(below(node)))
    return _Held(names, values(nodes), frozenset(compared))


def knows_by_heart(known: Knowledge, asked: Collection[Question]) -> bool:
    """Return True where the code holds every question that tells something, with its answer."""
    telling = any(one.inputs and one.expected for one in asked)
    return telling and all(one.inputs | one.expected <= known.values for one in asked)


def lookup_of(source: bytes, function: str) -> Lookup | None:
    """Return what a function looks up, where it does nothing else; None for any other."""
    items = [one for one in items_of(source).get(function, ()) if one.type == "function_item"]
    body = items[0].child_by_field_name("body") if len(items) == 1 else None
    if body is None:
        return None
    nodes = list(below(body))
    bindings = [node for node in below(items[0]) if node.type in ("parameter", "let_declaration")]
    bound = {text_of(node.child_by_field_name("pattern")) for node in bindings}
    names = {text_of(node) for node in nodes if node.type in ("identifier", "field_identifier")}
    if names - bound - _CONVERTS.union(_STOPS) or any(_does_more(node) for node in nodes):
        return None
    keys = small_values(leaf for node in nodes if _compares(node) for leaf in below(node))
    return Lookup(keys, small_values(nodes) - keys)


def is_of_its_tests(lookup: Lookup, asked: Collection[Question]) -> bool:
    """Return True where a lookup has the numbers that tests ask, all and no others; a whole range is a mapping."""
    keys = lookup.keys
    if len(keys) < 3 or not all(key.isdigit() for key in keys) or _is_range(keys):
        return False
    answered = all(one.small_inputs <= keys and one.small_expected and one.small_inputs for one in asked)
    told = all(one.small_expected <= lookup.answers | keys for one in asked)
    return answered and told and frozenset(key for one in asked for key in one.small_inputs) == keys


def _does_more(node: Node) -> bool:
    """Return True for what is neither a comparison nor an answer."""
    if node.type == "binary_expression":
        return text_of(node.child_by_field_name("operator")) not in ("==", "!=", "||")
    if node.type == "macro_invocation":
        return text_of(node.child_by_field_name("macro")) not in _STOPS
    return node.type in (*_DOES_MORE, *_DOES_EVEN_MORE, "compound_assignment_expr")


def _is_range(keys: frozenset[str]) -> bool:
    numbers = sorted(map(int, keys))
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _compares(node: Node) -> bool:
    """Return True for a pattern, a comparison, and a table."""
    if node.type == "match_pattern" or _is_comparison(node):
        return True
    if node.type == "array_expression":
        return any(child.type == "tuple_expression" for child in node.children)
    return node.type == "token_tree" and any(child.type == "=>" for child in node.children)


def _is_comparison(node: Node) -> bool:
    return node.type == "binary_expression" and text_of(node.child_by_field_name("operator")) in ("==", "!=")
