"""Values and questions as Rust source writes them, brought to one form so that they can be compared. Pure."""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import TEXTS, text_of

_MAKES_THE_SAME = (
    "to_string",
    "to_owned",
    "into",
    "as_str",
    "as_ref",
    "as_deref",
    "clone",
    "to_vec",
    "unwrap",
    "expect",
)
_WRAPS = ("Some", "Ok", "String::from", "Box::from", "Cow::from", "Cow::Borrowed", "PathBuf::from", "Path::new")
_PREFIX = ("&", "*", "(", ")", "mut")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", '"': '"', "'": "'"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|([ntr0\\\"']))")
_DEEPEST = 100
_NUMBER = re.compile(r"([\d_]+(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)_?(?:[iu](?:8|16|32|64|128|size)|f(?:32|64))?")


class Value(NamedTuple):
    """A value that is written out."""

    kind: str
    """text, number, bool, none, list"""
    content: object

    def is_other(self, than: "Value") -> bool:
        """Return True where two values of one kind are surely not the same; another way to write one is none."""
        if "none" in (self.kind, than.kind):
            return self.kind != than.kind
        if self.kind != than.kind:
            return False
        if isinstance(self.content, tuple) and isinstance(than.content, tuple):
            pairs = list(zip(self.content, than.content, strict=False))
            return len(self.content) != len(than.content) or any(one.is_other(other) for one, other in pairs)
        if isinstance(self.content, Decimal) and isinstance(than.content, Decimal):
            return _differ(self.content, than.content)
        return not _forms(str(self.content)) & _forms(str(than.content))


class Question(NamedTuple):
    """A call with nothing but written values."""

    path: tuple[str, ...]
    """Of the function; its name last."""
    values: tuple[Value, ...]

    def is_same(self, other: "Question") -> bool:
        """Return True where both may be the same call: one path may say more than the other."""
        length = min(len(self.path), len(other.path))
        return self.path[-length:] == other.path[-length:] and self.values == other.values


def expression(text: str) -> Node | None:
    """Return *text* as an expression; None where it is none, or deeper than anybody writes a value."""
    if max(map(text.count, "([{-&")) > _DEEPEST:
        return None
    root = parse(f"fn f() {{ {text} }}".encode())
    body = root.children[0].child_by_field_name("body") if root.children and not root.has_error else None
    inner = [child for child in body.children if child.is_named] if body is not None else []
    return inner[0] if len(inner) == 1 and len(root.children) == 1 else None


def value_of(node: Node | None) -> Value | None:
    """Return the value that an expression writes out; None where it is computed, or not understood.

    >>> value_of(expression('Some("a".to_owned())'))
    Value(kind='text', content='a')
    """
    node = _unwrapped(node)
    if node is None:
        return None
    text = text_of(node)
    if node.type in (*TEXTS, "char_literal"):
        inner = _unescaped(text)
        return None if inner is None else Value("text", inner)
    if node.type in ("integer_literal", "float_literal"):
        return _number(text)
    if node.type == "unary_expression" and text.startswith("-"):
        number = value_of(node.children[-1])
        negative = -number.content if number and isinstance(number.content, Decimal) else None
        return None if negative is None else Value("number", negative)
    if node.type == "boolean_literal":
        return Value("bool", text)
    if text == "None":
        return Value("none", None)
    if node.type == "macro_invocation" and re.match(r"vec!\s*[\[({]", text):
        node = expression("[" + re.sub(r"^vec!\s*[\[({]|[\])}]$", "", text) + "]")
    if node is not None and node.type in ("array_expression", "tuple_expression") and ";" not in marks_of(node):
        values = [value_of(child) for child in node.children if child.is_named]
        known = tuple(value for value in values if value is not None)
        return Value("list", known) if len(known) == len(values) else None
    return None


def question_of(node: Node | None) -> Question | None:
    """Return the call that an expression is, where all that it is given is written out; None for any other."""
    node = _unwrapped(node)
    function = node.child_by_field_name("function") if node is not None and node.type == "call_expression" else None
    given = node.child_by_field_name("arguments") if node is not None and function is not None else None
    if function is None or given is None:
        return None
    values = [value_of(child) for child in given.children if child.is_named]
    if function.type == "generic_function":
        function = function.child_by_field_name("function") or function
    name = text_of(function)
    if function.type == "field_expression":
        values.insert(0, value_of(function.child_by_field_name("value")))
        name = text_of(function.child_by_field_name("field"))
    path = tuple(part for part in name.split("::") if part not in ("crate", "super", "self"))
    known = tuple(value for value in values if value is not None)
    is_name = all(re.fullmatch(r"\w+", part) for part in path) and path[-1:] and path[-1][:1].islower()
    return Question(path, known) if known and len(known) == len(values) and is_name else None


def _unwrapped(node: Node | None) -> Node | None:
    """Return what stands in `&…`, `(…)`, `Some(…)`, `….unwrap()` and the like."""
    while node is not None:
        inner = _inside(node)
        if inner is None:
            return node
        node = inner
    return None


def _inside(node: Node) -> Node | None:
    if node.type in ("reference_expression", "parenthesized_expression", "try_expression", "expression_statement"):
        return next((child for child in node.children if child.is_named and child.type != "mutable_specifier"), None)
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None:
        return None
    if function.type == "field_expression" and text_of(function.child_by_field_name("field")) in _MAKES_THE_SAME:
        return function.child_by_field_name("value")
    given = node.child_by_field_name("arguments")
    inner = [child for child in given.children if child.is_named] if given is not None else []
    return inner[0] if text_of(function) in _WRAPS and len(inner) == 1 else None


def _number(text: str) -> Value | None:
    hit = _NUMBER.fullmatch(text)
    try:
        if hit is None:
            return Value("number", Decimal(int(text.replace("_", ""), 0)))
        return Value("number", Decimal(hit[1].replace("_", "")))
    except (InvalidOperation, ValueError):
        return None


def _unescaped(literal: str) -> str | None:
    if re.match(r"\w*r#*\"", literal):
        return re.sub(r"^\w*#*\"|\"#*$", "", literal)
    inner = re.sub(r"^\w*[\"']|[\"']$", "", literal)
    return None if re.search(r"\\\n", inner) else _ESCAPE.sub(_letter, inner)


def _letter(hit: re.Match[str]) -> str:
    code = hit[1] or hit[2]
    return chr(min(int(code, 16), 0x10FFFF)) if code else _ESCAPES[hit[3]]


def _forms(text: str) -> frozenset[str]:
    """Return the ways in which a plan may write a text: with quotes of its own, with escapes, without a line's end."""
    plain = text.strip()
    return frozenset((plain, plain.strip("\"'"), _ESCAPE.sub(_letter, plain).strip()))


def _differ(one: Decimal, other: Decimal) -> bool:
    """Return True for two numbers that are not the same, and neither of which is the other one rounded."""
    places = [max(0, -int(number.as_tuple().exponent)) for number in (one, other)]
    if not any(places):
        return one != other
    return abs(one - other) > Decimal(1).scaleb(-min(places)) / (2 if min(places) else 1000)


def marks_of(node: Node) -> list[str]:
    """Return the types of what stands directly below a node."""
    return [child.type for child in node.children]
