"""Does code know the answers of its tests by heart? Literals of both, compared. Pure.

`assert_eq!(label("Red shoe"), "red-shoe")` proves nothing about code that says `"Red shoe" => "red-shoe"`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.scan import parse
from phasewright.gate.rust.words import TEXTS, squeezed, text_of

_ASSERTIONS = ("assert", "assert_eq", "assert_ne")
_NUMBERS = ("integer_literal", "float_literal")


class Question(NamedTuple):
    """One assertion about a function: the values that go in, and those that are expected. Telling ones alone."""

    function: str
    inputs: frozenset[str]
    expected: frozenset[str]


class Knowledge(NamedTuple):
    """What a function, with what it calls and names in its file, holds as literals."""

    values: frozenset[str]
    compared: frozenset[str]
    """Those that something is compared with or matched against."""


def tests_of(source: bytes) -> list[bytes]:
    """Return the source of every test function."""
    found: list[bytes] = []
    for node in _below(parse(source)):
        if node.type == "function_item" and node.text:
            before = node.prev_sibling
            while before is not None and (before.type == "attribute_item" or "comment" in before.type):
                if rules.TEST_ATTRIBUTE.match(squeezed(before)):
                    found.append(node.text)
                    break
                before = before.prev_sibling
    return found


def questions_of(test: bytes, functions: Collection[str]) -> list[Question] | None:
    """Return what a *test* asks of *functions*; None where it calls one in a way that is not understood."""
    root = parse(test)
    bound = _bindings(root)
    calls = sum(1 for node in _below(root) if _is_call_of(node, functions))
    asked: list[Question] = []
    for node in _below(root):
        name = text_of(node.child_by_field_name("macro")) if node.type == "macro_invocation" else ""
        if name.split("::")[-1] in _ASSERTIONS:
            asked += _asked(node.children[-1], functions, bound, is_equal=name.endswith("_eq"))
    return asked if len(asked) >= calls else None


def knowledge_of(source: bytes, function: str) -> Knowledge:
    """Return what *function* of *source* knows, by itself and by what it names in the file."""
    items = _items(parse(source))
    values, compared = set[str](), set[str]()
    todo, seen = [function], {function}
    while todo:
        for item in items.get(todo.pop(), ()):
            for node in _below(item):
                name = text_of(node)
                if node.type in ("identifier", "field_identifier") and name in items and name not in seen:
                    seen.add(name)
                    todo.append(name)
            values.update(_telling(item))
            compared.update(value for node in _below(item) if _compares(node) for value in _telling(node))
    return Knowledge(frozenset(values), frozenset(compared))


def knows_by_heart(known: Knowledge, asked: Collection[Question]) -> bool:
    """Return True where the code holds every question that tells something, with its answer."""
    telling = any(one.inputs and one.expected for one in asked)
    return telling and all(one.inputs | one.expected <= known.values for one in asked)


def _asked(
    arguments: Node, functions: Collection[str], bound: Mapping[str, list[Node]], *, is_equal: bool
) -> Iterator[Question]:
    """Yield what one assertion asks; where it does not compare with a value, nothing is expected."""
    sides: list[list[Node]] = [[]]
    for node in arguments.children[1:-1]:
        if node.type == "," or (text_of(node) == "==" and len(sides) == 1):
            is_equal = is_equal or node.type != ","
            sides.append([])
        else:
            sides[-1].append(node)
    leaves = [[leaf for node in side for leaf in _resolved(node, bound)] for side in sides[:2]]
    if any(_is_unknown(leaf, bound) for side in leaves for leaf in side):
        return
    called = [[text_of(leaf) for leaf in side if _is_call_of(leaf, functions)] for side in leaves]
    if is_equal and sum(map(len, called)) == 1 and len(leaves) == 2:
        mine, other = leaves if called[0] else leaves[::-1]
        yield Question((called[0] + called[1])[0], _values(mine), _values(other))
        return
    values = frozenset(value for side in leaves for value in _values(side))
    yield from (Question(name, values, frozenset()) for names in called for name in names)


def _resolved(node: Node, bound: Mapping[str, list[Node]]) -> Iterator[Node]:
    """Yield the nodes below *node*; a variable stands for what it was bound to."""
    for one in _below(node):
        yield one
        if one.type == "identifier":
            yield from bound.get(text_of(one), ())


def _bindings(root: Node) -> dict[str, list[Node]]:
    """Return what each variable of `let` and `for` may be: all that stands on the other side."""
    found: dict[str, list[Node]] = {}
    for node in _below(root):
        pattern = node.child_by_field_name("pattern") if node.type in ("let_declaration", "for_expression") else None
        value = node.child_by_field_name("value") if pattern is not None else None
        if pattern is not None and value is not None:
            for one in _below(pattern):
                if one.type == "identifier":
                    found[text_of(one)] = list(_below(value))
    return found


def _is_unknown(leaf: Node, bound: Mapping[str, list[Node]]) -> bool:
    """Return True for a variable that is bound to nothing we see."""
    name = text_of(leaf)
    if leaf.type != "identifier" or not name[:1].islower() or name in bound:
        return False
    before, after = text_of(leaf.prev_sibling), text_of(leaf.next_sibling)
    return before != "." and not after.startswith(("(", "::", "!"))


def _is_call_of(leaf: Node, functions: Collection[str]) -> bool:
    """Return True for one of these names with brackets behind it, in code or among a macro's tokens."""
    if leaf.type not in ("identifier", "field_identifier") or text_of(leaf) not in functions:
        return False
    following = leaf.next_sibling
    if following is None and leaf.parent is not None:
        following = leaf.parent.next_sibling
    return text_of(following).startswith("(")


def _items(root: Node) -> dict[str, list[Node]]:
    """Return the functions and constants of a file by name; tests are none."""
    found: dict[str, list[Node]] = {}
    for node in _below(root):
        if node.type in ("function_item", "const_item", "static_item"):
            found.setdefault(text_of(node.child_by_field_name("name")), []).append(node)
    return found


def _compares(node: Node) -> bool:
    if node.type == "match_pattern":
        return True
    return node.type == "binary_expression" and text_of(node.child_by_field_name("operator")) in ("==", "!=")


def _telling(node: Node) -> frozenset[str]:
    return _values(list(_below(node)))


def _values(nodes: Collection[Node]) -> frozenset[str]:
    """Return the literals that say something: texts of three characters, numbers of two digits."""
    values = (_value(node) for node in nodes)
    return frozenset(value for value in values if value is not None)


def _value(node: Node) -> str | None:
    text = text_of(node)
    if node.type in TEXTS:
        inner = re.sub(r"^\w*#*\"|\"#*$", "", text)
        return inner if len(inner) >= 3 else None
    if node.type in _NUMBERS:
        number = re.sub(r"_|[iuf](8|16|32|64|128|size)$", "", text)
        return number if len(re.sub(r"[.0]*$", "", number)) >= 2 else None
    return None


def _below(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if node.type not in TEXTS and "comment" not in node.type:
            stack.extend(reversed(node.children))
