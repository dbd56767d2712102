"""The plainest value of a return type, written as Rust: what an emptied function answers. Pure."""

import re
from collections.abc import Iterator

_NUMBER = re.compile(r"[iu](8|16|32|64|128|size)|f(32|64)")
_COLLECTION = re.compile(r"(std::collections::|alloc::)?(\w+::)*(Vec|VecDeque|HashMap|HashSet|BTreeMap|BTreeSet)<.*>")
_TEXT = re.compile(r"(std::string::)?String")
_BORROWED_TEXT = re.compile(r"&('\w+ ?)?str")
_SLICE = re.compile(r"&('\w+ ?)?\[.*\]")
_OPTION = re.compile(r"(std::option::)?Option<.*>")
_ITERATOR = re.compile(r"impl ?(\w+::)*(DoubleEnded|ExactSize|Fused)?Iterator<.*>(\+.*)?")
_SHOWN = re.compile(r"impl ?((\w+::)*(Display|Debug)|AsRef<str>|Into<String>)(\+'\w+)?")
_RESULT = re.compile(r"(?:\w+::)*Result<(.*)>")


def is_opaque(returns: str) -> bool:
    """Return True for `-> impl Trait`, itself or inside another type."""
    return re.search(r"\bimpl\b", returns) is not None


def plain_value(returns: str) -> str | None:
    """Return the plainest value of the type *returns*; None where a panic is all that fits every type.

    A bool has no plain value: a test of the negative alone would be called empty.

    >>> plain_value("Result<Option<u8>,Error>"), plain_value(""), plain_value("Shape")
    ('Ok(None)', '()', None)
    """
    text = returns.removeprefix("->").strip()
    if text in ("", "()"):
        return "()"
    if _NUMBER.fullmatch(text):
        return "0.0" if text.startswith("f") else "0"
    if is_opaque(text) and not text.startswith("impl"):
        return None
    for pattern, value in (
        (_TEXT, "::std::string::String::new()"),
        (_BORROWED_TEXT, '""'),
        (_SLICE, "&[]"),
        (_ITERATOR, "::core::iter::empty()"),
        (_SHOWN, '""'),
        (_OPTION, "None"),
        (_COLLECTION, "::core::default::Default::default()"),
    ):
        if pattern.fullmatch(text):
            return value
    result = _RESULT.fullmatch(text)
    inner = plain_value(next(type_parts(result[1]), "")) if result else None
    return f"Ok({inner})" if inner is not None else None


def type_parts(text: str) -> Iterator[str]:
    """Yield the parts of a list of types, or of parameters, between its commas."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        is_arrow = letter == ">" and text[place - 1 : place] in ("-", "=")
        depth += 0 if is_arrow else {"<": 1, "(": 1, "[": 1, ">": -1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    if text[start:].strip():
        yield text[start:].strip()
