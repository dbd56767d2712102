"""What tests assert of functions, where question and answer are written out. Pure."""

from collections.abc import Mapping

from tree_sitter import Node

from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import text_of
from phasewright.gate.rust.written import Question, Value, expression, marks_of, question_of, value_of


def asserted(test: str) -> list[tuple[Question, Value]]:
    """Return the questions that a test's `assert_eq!` and `assert!(… == …)` ask, each with what is expected."""
    root = parse(test.encode())
    bound = _bound(root)
    found = []
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        name = text_of(node.child_by_field_name("macro")) if node.type == "macro_invocation" else ""
        if name.split("::")[-1] in ("assert_eq", "assert"):
            sides = [_side(one, bound) for one in _sides(node.children[-1], is_equal=name.endswith("_eq"))]
            for mine, other in (sides, sides[::-1]) if len(sides) == 2 else ():
                question, value = question_of(mine), value_of(other)
                if question is not None and value is not None:
                    found.append((question, value))
    return found


def _sides(arguments: Node, *, is_equal: bool) -> list[str]:
    """Return the two sides of a comparison as text."""
    sides: list[list[Node]] = [[]]
    for node in arguments.children[1:-1]:
        if node.type == "," or (not is_equal and text_of(node) == "==" and len(sides) == 1):
            if node.type == "," and not is_equal:
                break
            sides.append([])
        else:
            sides[-1].append(node)
    whole, start = arguments.text or b"", arguments.start_byte
    kept = [side for side in sides if side]
    return [whole[side[0].start_byte - start : side[-1].end_byte - start].decode("utf-8", "replace") for side in kept][
        :2
    ]


def _side(text: str, bound: Mapping[str, str]) -> Node | None:
    return expression(bound.get(text.lstrip("&* "), text))


def _bound(root: Node) -> dict[str, str]:
    """Return what each variable is that one `let` binds, and nothing changes."""
    found: dict[str, list[str]] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        pattern = node.child_by_field_name("pattern") if node.type == "let_declaration" else None
        if pattern is not None:
            is_plain = pattern.type == "identifier" and "mutable_specifier" not in marks_of(node)
            found.setdefault(text_of(pattern), []).append(
                text_of(node.child_by_field_name("value")) if is_plain else ""
            )
    return {name: values[0] for name, values in found.items() if len(values) == 1 and values[0]}
