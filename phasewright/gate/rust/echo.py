"""Which parameter a function could simply give back, written as Rust: another way to empty it. Pure."""

import re

from phasewright.gate.rust.plain_value import is_opaque, type_parts

_NAME = re.compile(r"(?:mut )?([a-z_]\w*)")
_SELF = re.compile(r"(?:mut )?self")
_PLAIN = re.compile(r"[iu](8|16|32|64|128|size)|f(32|64)|bool|char")
_STR = re.compile(r"&('\w+ ?)?(mut )?(str|String)")
_TEXT = re.compile(r"(std::string::)?String")
_COW = re.compile(r"(std::borrow::)?Cow<('\w+,)?str>")
_WRAPPED = re.compile(r"(?:\w+::)*(Result|Option)<(.*)>")
_SLICE = re.compile(r"&('\w+ ?)?(?:\[(?P<a>.*)\]|Vec<(?P<b>.*)>)")
_VEC = re.compile(r"Vec<(.*)>")
_TURNS_INTO = {
    "impl Into<String>": "{}.into()",
    "impl AsRef<str>": "{}.as_ref().to_owned()",
    "impl ToString": "{}.to_string()",
}


def echoed(parameters: str, returns: str) -> str | None:
    """Return the expression that gives back the first parameter that fits; None where none does for certain.

    >>> echoed("(&self,name:&str)", "String"), echoed("(a:u8,b:u8)", "Option<u8>"), echoed("(a:&str)", "usize")
    ('name.to_owned()', 'Some(a)', None)
    """
    wanted = returns.removeprefix("->").strip()
    wrapped = _WRAPPED.fullmatch(wanted)
    if wrapped is not None:
        inner = echoed(parameters, next(type_parts(wrapped[2]), ""))
        return None if inner is None else f"{'Ok' if wrapped[1] == 'Result' else 'Some'}({inner})"
    given = list(type_parts(parameters.strip()[1:-1]))
    # What is borrowed is self's where there is one, and nobody's where two could be meant.
    lends = sum(1 for one in given if "&" in one or "'" in one)
    if wanted.startswith("&") and "'" not in wanted and (lends != 1 or "self" in given[0]):
        return None
    found = (_given_back(one, wanted) for one in given)
    return next((one for one in found if one is not None), None)


def _given_back(parameter: str, wanted: str) -> str | None:
    if _SELF.fullmatch(parameter):
        return "self" if wanted == "Self" else None
    written, _, kind = parameter.partition(":")
    name = _NAME.fullmatch(written)
    if name is None or not kind or (is_opaque(kind) and kind not in _TURNS_INTO):
        return None
    form = _form(kind, wanted)
    return None if form is None else form.format(name[1])


def _form(kind: str, wanted: str) -> str | None:
    """Return how a value of one type is written as one of another, the value as `{}`."""
    if kind == wanted:
        return "{}"
    if _TEXT.fullmatch(wanted):
        return "{}.to_owned()" if _STR.fullmatch(kind) else _TURNS_INTO.get(kind)
    if _COW.fullmatch(wanted):
        return "{}.into()" if _STR.fullmatch(kind) and kind.endswith("str") else None
    if kind.startswith("&") and kind[1:].lstrip() == wanted and _PLAIN.fullmatch(wanted):
        return "*{}"
    few, many = _VEC.fullmatch(wanted), _SLICE.fullmatch(kind)
    is_copied = few is not None and (_PLAIN.fullmatch(few[1]) or few[1] in ("String", "&str"))
    return "{}.to_vec()" if is_copied and few and many and few[1] == (many["a"] or many["b"]) else None
