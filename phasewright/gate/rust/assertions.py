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
    same = rules.SAME_TWICE.fullmatch(call.arguments) if last in ("assert_eq", "debug_assert_eq") else None
    # A call that is made twice may answer otherwise the second time.
    return same is not None and "(" not in same[1]


def expects_panic(code: str, at: int) -> bool:
    """Return True where the `catch_unwind` that ends at *at* catches nothing asserted, and has to catch something.

    Its result is asserted to be an error, on the spot or by its name.
    """
    start = code.find("(", at)
    end = _closing(code, start)
    if start < 0 or end < 0 or _ASSERTS.search(code[start:end]):
        return False
    said = _IS_ERROR.match(code[end:])
    if said is not None:
        return (
            not said[1].startswith("is_err") or re.search(r"assert!\s*\(\s*[\w:]*catch_unwind$", code[:at]) is not None
        )
    named = re.search(r"let\s+(\w+)\s*(:[^=;]*)?=[^;]*$", code[:at])
    return named is not None and re.search(_NAMED_ERROR.format(name=named[1]), code[end:]) is not None


_ASSERTS = re.compile(r"assert|\bcheck|\bverify|\bexpect|\bunwrap|\bensure")
_IS_ERROR = re.compile(r"\s*\.\s*(is_err\s*\(\s*\)\s*[,)]|unwrap_err\s*\(|expect_err\s*\()")
_NAMED_ERROR = r"assert\w*!\s*\(\s*{name}\s*\.\s*is_err\b|\b{name}\s*\.\s*(unwrap_err|expect_err)\b"


def _closing(code: str, start: int) -> int:
    """Return the place behind the bracket that closes the one at *start*; -1 where none does."""
    depth = 0
    for at in range(max(start, 0), len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at + 1
    return -1
