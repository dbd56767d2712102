"""What tests ask of functions: which values go in, and which are expected. Read from syntax trees. Pure.

Tests ask by themselves, by helpers (functions, closures, macros) to which they give values, and by `#[case(…)]`.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.literals import below, small_values, values
from phasewright.gate.rust.source_of_tests import Helper, cases_of, closures_of, parameters_of, split_at
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import text_of

_ASSERTIONS = ("assert", "assert_eq", "assert_ne")
_DEEPEST = 3
"""Helpers that call helpers."""
Bound = Mapping[str, list[Node]]
"""A variable → the nodes of all that it may be."""


class Question(NamedTuple):
    """One assertion about a function: the values that go in, and those that are expected. Telling ones alone."""

    function: str
    inputs: frozenset[str]
    expected: frozenset[str]
    small_inputs: frozenset[str] = frozenset()
    """All numbers and texts that go in."""
    small_expected: frozenset[str] = frozenset()


class _Scope(NamedTuple):
    functions: Collection[str]
    helpers: Mapping[str, Helper]


def questions_of(
    test: bytes, functions: Collection[str], helpers: Mapping[str, Helper] | None = None
) -> list[Question] | None:
    """Return what a *test* asks of *functions*; None where it calls one in a way that is not understood."""
    root = parse(test)
    item = next((node for node in root.children if node.type == "function_item"), None)
    body = item.child_by_field_name("body") if item is not None else None
    if item is None or body is None:
        return []
    scope = _Scope(functions, helpers or {})
    cases = [case for node in root.children if node.type == "attribute_item" for case in cases_of(node)]
    if not cases:
        return _asked_in(body, {}, scope, _DEEPEST)
    asked: list[Question] = []
    for given, expected in cases:
        bound = {name: list(below(*nodes)) for name, nodes in zip(parameters_of(item), given, strict=False)}
        more = _answered(body, bound, expected, scope) if expected else _asked_in(body, bound, scope, _DEEPEST)
        if more is None:
            return None
        asked += more
    return asked


def is_call_of(leaf: Node, functions: Collection[str]) -> bool:
    """Return True for one of these names with brackets behind it, in code or among a macro's tokens."""
    if leaf.type not in ("identifier", "field_identifier") or text_of(leaf) not in functions:
        return False
    following = leaf.next_sibling
    if following is None and leaf.parent is not None:
        following = leaf.parent.next_sibling
    return text_of(following).startswith("(")


def _asked_in(body: Node, given: Bound, scope: _Scope, depth: int) -> list[Question] | None:
    """Return what *body* asks, its variables being *given*; None where it calls a function and does not say why."""
    closures = closures_of(body)
    skipped = {closure.body.id for closure in closures.values()}
    scope = scope._replace(helpers={**scope.helpers, **closures})
    nodes = list(below(body, skip=skipped))
    bound = {**_bindings(nodes), **given}
    asked: list[Question] = []
    for node in nodes:
        name = text_of(node.child_by_field_name("macro")) if node.type == "macro_invocation" else ""
        if name.split("::")[-1] in _ASSERTIONS:
            asked += _asked(node.children[-1], bound, scope, is_equal=name.endswith("_eq"))
    if len(asked) < sum(1 for node in nodes if is_call_of(node, scope.functions)):
        return None
    for node in nodes:
        for helper, arguments in _calls(node, scope):
            pairs = zip(helper.parameters, arguments, strict=False)
            passed = {name: [leaf for one in argument for leaf in _resolved(one, bound)] for name, argument in pairs}
            more = _asked_in(helper.body, passed, scope, depth - 1) if depth else None
            if more is None:
                return None
            asked += more
    return asked


def _calls(node: Node, scope: _Scope) -> Iterator[tuple[Helper, list[list[Node]]]]:
    """Yield the helper that *node* calls, with its arguments, if any."""
    if node.type == "call_expression":
        name = text_of(node.child_by_field_name("function")).split("::")[-1]
        given = node.child_by_field_name("arguments")
    elif node.type == "macro_invocation":
        name = text_of(node.child_by_field_name("macro")).split("::")[-1] + "!"
        given = node.children[-1]
    else:
        return
    if name in scope.helpers and given is not None:
        yield scope.helpers[name], split_at(given.children[1:-1], ",")


def _answered(body: Node, bound: Bound, expected: list[Node], scope: _Scope) -> list[Question] | None:
    """Return what `#[test_case(given => expected)]` asks: the body's value is compared."""
    leaves = list(_resolved(body, bound))
    called = [text_of(leaf) for leaf in leaves if is_call_of(leaf, scope.functions)]
    if len(called) > 1 or any(_is_unknown(leaf, bound) for leaf in leaves):
        return None
    return [_question(name, leaves, list(below(*expected))) for name in called]


def _asked(arguments: Node, bound: Bound, scope: _Scope, *, is_equal: bool) -> Iterator[Question]:
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
    called = [[text_of(leaf) for leaf in side if is_call_of(leaf, scope.functions)] for side in leaves]
    if is_equal and sum(map(len, called)) == 1 and len(leaves) == 2:
        mine, other = leaves if called[0] else leaves[::-1]
        yield _question((called[0] + called[1])[0], mine, other)
        return
    both = [leaf for side in leaves for leaf in side]
    yield from (_question(name, both, []) for names in called for name in names)


def _question(function: str, mine: list[Node], other: list[Node]) -> Question:
    return Question(function, values(mine), values(other), small_values(mine), small_values(other))


def _resolved(node: Node, bound: Bound) -> Iterator[Node]:
    """Yield the nodes below *node*; a variable stands for what it was bound to."""
    for one in below(node):
        if one.type == "identifier" and text_of(one) in bound:
            yield from bound[text_of(one)]
        else:
            yield one


def _bindings(nodes: Collection[Node]) -> dict[str, list[Node]]:
    """Return what each variable of `let` and `for` may be: all that stands on the other side."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        pattern = node.child_by_field_name("pattern") if node.type in ("let_declaration", "for_expression") else None
        value = node.child_by_field_name("value") if pattern is not None else None
        if pattern is not None and value is not None:
            for one in below(pattern):
                if one.type == "identifier":
                    found[text_of(one)] = list(below(value))
    return found


def _is_unknown(leaf: Node, bound: Bound) -> bool:
    """Return True for a variable that is bound to nothing we see."""
    name = text_of(leaf)
    if leaf.type != "identifier" or not name[:1].islower() or name in bound:
        return False
    before, after = text_of(leaf.prev_sibling), text_of(leaf.next_sibling)
    return before != "." and not after.startswith(("(", "::", "!"))
