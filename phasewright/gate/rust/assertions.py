"""Assertions that cannot fail, or compare a value with itself. Pure."""

import re

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.macros import MacroCall, split_arguments
from phasewright.gate.rust.words import squeezed, text_of


def bindings_of(body: Node | None) -> dict[str, str]:
    """Return what each `let name = …;` of a test binds."""
    found: dict[str, str] = {}
    for child in body.children if body is not None else ():
        pattern = child.child_by_field_name("pattern") if child.type == "let_declaration" else None
        value = child.child_by_field_name("value") if pattern is not None else None
        if pattern is not None and pattern.type == "identifier" and value is not None:
            found[text_of(pattern)] = squeezed(value)
    return found


def is_circular(call: MacroCall, bindings: dict[str, str]) -> bool:
    """Return True for a comparison of a value with itself, be it through variables and clones."""
    last = call.name.split("::")[-1]
    compared = split_arguments(call.arguments)[:2]
    if last == "assert" and "==" in call.arguments:
        compared = call.arguments.split("==")[:2]
    elif last not in ("assert_eq", "debug_assert_eq"):
        return False
    sides = {_resolved(side, bindings) for side in compared}
    return len(compared) == 2 and len(sides) == 1


def _resolved(text: str, bindings: dict[str, str]) -> str:
    for _ in range(len(bindings)):
        bare = re.sub(r"^&+|\.(clone|to_string|to_owned|into|as_str|as_ref)\(\)$", "", text)
        text = bindings.get(bare, bare)
    return re.sub(r"^&+|\.(clone|to_string|to_owned|into|as_str|as_ref)\(\)$", "", text)


def cannot_fail(call: MacroCall) -> bool:
    """Return True for an assertion that holds whatever the code does."""
    last = call.name.split("::")[-1]
    if last in ("assert", "debug_assert", "prop_assert"):
        return bool(rules.ALWAYS_TRUE.fullmatch(call.arguments))
    return last in ("assert_eq", "debug_assert_eq") and bool(rules.SAME_TWICE.fullmatch(call.arguments))
