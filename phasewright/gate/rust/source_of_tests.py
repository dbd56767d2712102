"""Tests as they are written: their source, the helpers that they call, the cases that attributes give. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.literals import below
from phasewright.gate.rust.production import all_items
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of

_CASE = re.compile(r"#\[(\w+::)*(case|test_case)(::\w+)?\(")


class Helper(NamedTuple):
    """What tests call with values."""

    parameters: tuple[str, ...]
    body: Node


def tests_of(source: bytes) -> list[bytes]:
    """Return the source of every test function, with its attributes."""
    found: list[bytes] = []
    for node in all_items(parse(source)):
        if node.type != "function_item" or not node.text:
            continue
        first, is_test, before = node, False, node.prev_sibling
        while before is not None and (before.type == "attribute_item" or "comment" in before.type):
            is_test = is_test or rules.TEST_ATTRIBUTE.match(squeezed(before)) is not None
            first = before if before.type == "attribute_item" else first
            before = before.prev_sibling
        if is_test:
            found.append(source[first.start_byte : node.end_byte])
    return found


def helpers_of(source: bytes, *, is_test_file: bool = False) -> dict[str, Helper]:
    """Return the functions and macros that tests of a file share, by name."""
    functions = scan_rust(source, is_test_file=is_test_file).functions
    names = {key.rsplit("::", 1)[-1] for key, one in functions.items() if one.in_test}
    found: dict[str, Helper] = {}
    for node in all_items(parse(source)):
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        if node.type == "function_item" and name in names and body is not None:
            found[name] = Helper(tuple(parameters_of(node)), body)
        elif node.type == "macro_definition" and (helper := _macro(node)) is not None:
            found[f"{name}!"] = helper
    return found


def cases_of(attribute: Node) -> Iterator[tuple[list[list[Node]], list[Node]]]:
    """Yield what an attribute gives to a test, and what it expects as the test's value."""
    if not _CASE.match(squeezed(attribute)):
        return
    tree = next((node for node in below(attribute) if node.type == "token_tree"), None)
    if tree is not None:
        parts = split_at(split_at(tree.children[1:-1], ";")[0], "=>")
        yield split_at(parts[0], ","), parts[1] if len(parts) > 1 else []


def parameters_of(function: Node) -> Iterator[str]:
    """Yield the names of a function's or closure's parameters; of an rstest, those that its cases give."""
    given = function.child_by_field_name("parameters")
    found, is_case = [], False
    for node in given.children if given is not None else ():
        if node.type == "attribute_item":
            is_case = is_case or squeezed(node) == "#[case]"
        elif node.is_named and "comment" not in node.type:
            pattern = node.child_by_field_name("pattern") or node
            found.append((text_of(pattern).removeprefix("mut ").strip(), is_case))
            is_case = False
    marked = any(flag for _, flag in found)
    yield from (name for name, flag in found if flag or not marked)


def _macro(node: Node) -> Helper | None:
    """Return a macro with one arm that takes expressions between commas; None for any other."""
    arms = [child for child in node.children if child.type == "macro_rule"]
    left, right = (text_of(arms[0].child_by_field_name(side)) if len(arms) == 1 else "" for side in ("left", "right"))
    names = re.findall(r"\$(\w+) ?:", left)
    if not re.fullmatch(r".(\$\w+:(expr|literal|tt),?)+(\$\(,\)\?)?.", re.sub(r"\s", "", left)):
        return None
    # What an arm writes is read as code, its variables under their names alone.
    return Helper(tuple(names), parse(f"fn arm() {{ {right[1:-1].replace('$', '')} }}".encode()))


def closures_of(body: Node) -> dict[str, Helper]:
    """Return the closures that a test binds, by name."""
    found = {}
    for node in below(body):
        value = node.child_by_field_name("value") if node.type == "let_declaration" else None
        inner = value.child_by_field_name("body") if value is not None and value.type == "closure_expression" else None
        if value is not None and inner is not None:
            found[text_of(node.child_by_field_name("pattern"))] = Helper(tuple(parameters_of(value)), inner)
    return found


def split_at(nodes: list[Node], mark: str) -> list[list[Node]]:
    """Return the parts between marks; one that is empty for nothing."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.type == mark:
            parts.append([])
        else:
            parts[-1].append(node)
    return [part for part in parts if part] or [[]]
