"""Which parameter a function could simply give back, written as Rust: another way to empty it. Pure."""

import re
from collections.abc import Collection, Iterator

from phasewright.gate.rust.plain_value import is_opaque
from phasewright.gate.rust.without import statements

_NAME = re.compile(r"(?:mut )?([a-z_]\w*)")
_SELF = re.compile(r"(?:mut )?self")
_PLAIN = re.compile(r"[iu](8|16|32|64|128|size)|f(32|64)|bool|char")
_STR = re.compile(r"&('\w+ ?)?(mut )?(str|String)")
_TEXT = re.compile(r"(std::string::)?String")
_COW = re.compile(r"(std::borrow::)?Cow<('\w+,)?str>")
_WRAPPED = re.compile(r"(?:\w+::)*(Result|Option)<(.*)>")
_SLICE = re.compile(r"&('\w+ ?)?(?:\[(?P<a>.*)\]|Vec<(?P<b>.*)>)")
_LITERAL = re.compile(r"\"(?:\\.|[^\"\\])*\"|\b\d[\d_]*(?:\.\d+)?\b")
_VALUE = r"(?:\"(?:\\.|[^\"\\])*\"|-?\d[\d_]*(?:\.\d+)?)"
_ASKED = re.compile(
    rf"assert_eq!\((?:\w+::)*(?P<name>\w+)\((?P<given>&?{_VALUE}(?:,&?{_VALUE})*)\),"
    rf"(?P<wanted>{_VALUE}|(?:Ok|Some)\({_VALUE}\)),?\)"
)
_VEC = re.compile(r"Vec<(.*)>")


def echoed(parameters: str, returns: str) -> str | None:
    """Return the expression that gives back the first parameter that fits; None where none does for certain.

    >>> echoed("(&self,name:&str)", "String"), echoed("(a:u8,b:u8)", "Option<u8>"), echoed("(a:&str)", "usize")
    ('name.to_owned()', 'Some(a)', None)
    """
    wanted = returns.removeprefix("->").strip()
    wrapped = _WRAPPED.fullmatch(wanted)
    if wrapped is not None:
        inner = echoed(parameters, next(split(wrapped[2]), ""))
        return None if inner is None else f"{'Ok' if wrapped[1] == 'Result' else 'Some'}({inner})"
    given = list(split(parameters.strip()[1:-1]))
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
    own = name[1]
    if kind == wanted:
        return own
    if _TEXT.fullmatch(wanted):
        return f"{own}.to_owned()" if _STR.fullmatch(kind) else _as_text(own, kind)
    if _COW.fullmatch(wanted):
        return f"{own}.into()" if _STR.fullmatch(kind) and kind.endswith("str") else None
    if kind.startswith("&") and kind[1:].lstrip() == wanted and _PLAIN.fullmatch(wanted):
        return f"*{own}"
    few, many = _VEC.fullmatch(wanted), _SLICE.fullmatch(kind)
    if (
        few
        and many
        and few[1] == (many["a"] or many["b"])
        and (_PLAIN.fullmatch(few[1]) or few[1] in ("String", "&str"))
    ):
        return f"{own}.to_vec()"
    return None


_TURNS_INTO = {
    "impl Into<String>": "{}.into()",
    "impl AsRef<str>": "{}.as_ref().to_owned()",
    "impl ToString": "{}.to_string()",
}


def _as_text(own: str, kind: str) -> str | None:
    return _TURNS_INTO[kind].format(own) if kind in _TURNS_INTO else None


def notices_an_echo(body: str, names: Collection[str]) -> bool:
    """Return True for a test, its squeezed body, that surely fails where the functions *names* give back a parameter.

    An assertion that always runs asks one of them about literals, and wants another literal: `f("A b")` is `"a-b"`.

    >>> notices_an_echo('{assert_eq!(f("A b"),"a-b");}', {"f"}), notices_an_echo('{assert_eq!(f("a"),"a");}', {"f"})
    (True, False)
    """
    for statement in statements(body):
        asked = _ASKED.fullmatch(statement)
        if asked and asked["name"] in names:
            given, wanted = set(_LITERAL.findall(asked["given"])), set(_LITERAL.findall(asked["wanted"]))
            if given and wanted and not given & wanted:
                return True
        if re.search(r"\b(return|exit|panic!)\b|\?", _LITERAL.sub("0", statement)):
            return False
    return False


def split(text: str) -> Iterator[str]:
    """Yield the parts between top-level commas."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        is_arrow = letter == ">" and text[place - 1 : place] in ("-", "=")
        depth += 0 if is_arrow else {"<": 1, "(": 1, "[": 1, ">": -1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    if text[start:].strip():
        yield text[start:].strip()
