"""A test that follows the code: the same questions and answers, in other words because names or types changed. Pure.

Where base's tests do not build on the new code, this tells what the change forced from what weakens a test. Allowed are
new names for what has lost its old one, plain values for fields and parameters that are new, methods that a trait asks
for now, `unsafe` around what became unsafe, what can only make a test stricter (`.unwrap()`, `Ok(…)`), and conversions
between kinds of the same value (`.collect()` of an iterator, `.to_string()` of an error, no `String::from`).
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from phasewright.gate.rust.definitions import Moves

_TOKEN = re.compile(
    r"b?r(?P<hashes>#*)\".*?\"(?P=hashes)|b?\"(?:\\.|[^\"\\])*\"|b?'(?:\\.[^']*|[^'\\])'|'\w+|\w+|::|[^\s\w]", re.DOTALL
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_PLAIN = (
    r"(?:None|false|0|0\.0|\"\"|\[ \]|& \[ \]|vec ! \[ \]|\( \)"
    r"|(?:\w+ (?:< [\w ,]+ > )?:: )?(?:\w+ :: )*(?:default|new) \( \))"
)
_STRICTER = (
    r"\. unwrap \( \)|\. expect \( \"(?:\\.|[^\"\\])*\" \)|\?|\. await|Ok \(|Some \(|\)|&|mut"
    r"|\. collect (?::: < (?:Vec < _ >|String) > )?\( \)"
    r"|\. clone \( \)|\. as_str \( \)|async|(?:, )?\. \. (?:\w+ :: )*default \( \)"
)
_MAY_COME = re.compile(rf"(?:(?:{_STRICTER})(?: |$))+")
_ARGUMENT = re.compile(rf"(?:(?:, {_PLAIN}|{_PLAIN} ,|{_PLAIN}|{_STRICTER})(?: |$))+")
_AN_ERROR = re.compile(r"(?:unwrap_err \( \)|\b(?:e|err|error))$")
_MAY_GO = re.compile(
    r"(?:(?:&|mut|\. (?:clone|to_string|to_owned|into) \( \)|(?:String|PathBuf) :: from \(|\))(?: |$))+"
)


def is_adapted(before: str, after: str, moved: Moves) -> bool:
    """Return True where *after*, test code, says what *before* says, as far as the code's changes let it."""
    old, new = (_as_list(_words(code), moved) for code in (before, after))
    old = _as_methods(old, moved.bound)
    new = _without_fields(_without_methods(new, moved.new_methods - set(old)), moved.new_fields)
    renamed: dict[str, str] = {}
    for kind, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        gone, come = old[a:b], new[c:d]
        if kind == "equal":
            continue
        if kind == "insert" and any(_may_come(new, *one, moved) for one in _slid(new, c, d)):
            continue
        if kind == "delete" and _MAY_GO.fullmatch(" ".join(gone)):
            continue
        if kind == "replace" and _are_renamed(gone, come, moved, renamed):
            continue
        return False
    return len(set(renamed.values())) == len(renamed)


def _are_renamed(gone: list[str], come: list[str], moved: Moves, renamed: dict[str, str]) -> bool:
    """Return True where names that nothing has any more became names that nothing had, each always the same.

    A function that makes a value may have become one of the type (`rect(1)`, `Rect::new(1)`).
    """
    if len(gone) == 1 and len(come) == 3 and come[1] == "::" and come[0][:1].isupper():
        is_moved = gone[0] in moved.gone and come[2] in moved.new
        return is_moved and renamed.setdefault(gone[0], " ".join(come)) == " ".join(come)
    if len(gone) != len(come):
        return False
    for old, new in zip(gone, come, strict=True):
        if old == new:
            continue
        if not (_NAME.fullmatch(old) and old in moved.gone and new in moved.new):
            return False
        if renamed.setdefault(old, new) != new or (
            moved.told.get(old, new) not in (new, old) and moved.told[old] in moved.new
        ):
            return False
    return True


def _slid(words: list[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the words that came may stand; `a, b` after `a` may have come as `, b` or as `a,`."""
    yield start, end
    for step in (-1, 1):
        a, b = start, end
        while (a and words[a - 1] == words[b - 1]) if step < 0 else (b < len(words) and words[a] == words[b]):
            a, b = a + step, b + step
            yield a, b


def _may_come(words: list[str], start: int, end: int, moved: Moves) -> bool:
    text = " ".join(words[start:end])
    if text == ". to_string ( )":  # of an error alone: of a value it may say less
        return _AN_ERROR.search(" ".join(words[max(0, start - 3) : start])) is not None
    return bool(_MAY_COME.fullmatch(text)) or (
        bool(_ARGUMENT.fullmatch(text)) and _called(words, start) in moved.longer
    )


def _called(words: list[str], place: int) -> str:
    """Return what is called with the arguments in which *place* is; empty where it is in no call."""
    depth = 0
    for at in range(place - 1, 0, -1):
        depth += {")": 1, "]": 1, "}": 1, "(": -1, "[": -1, "{": -1}.get(words[at], 0)
        if depth < 0:
            return words[at - 1] if words[at] == "(" else ""
    return ""


def _words(code: str) -> list[str]:
    """Return the words of *code*; without semicolons, commas before a bracket closes, and `unsafe` with its braces."""
    found: list[str] = []
    unsafe: list[int] = []
    depth = 0
    # A text stays one word where words are joined by spaces.
    words = [match.group().replace(" ", "\0") for match in _TOKEN.finditer(code)]
    for at, word in enumerate(words):
        if word == ";" or (word == "," and words[at + 1 : at + 2] and words[at + 1] in ")]}"):
            continue
        if word == "unsafe" and words[at + 1 : at + 2] == ["{"]:
            unsafe.append(depth)
            continue
        if word == "{":
            depth += 1
            if unsafe and unsafe[-1] == depth - 1 and words[at - 1] == "unsafe":
                continue
        if word == "}":
            depth -= 1
            if unsafe and unsafe[-1] == depth:
                unsafe.pop()
                continue
        found.append(word)
    return found


def _as_methods(words: list[str], names: frozenset[str]) -> list[str]:
    """Return *words* with calls of free functions of these *names* as calls of methods: `f(&x, 1)` is `x.f(1)`."""
    for at in range(len(words) - 1, -1, -1):
        if words[at] not in names or words[at + 1 : at + 2] != ["("] or words[at - 1 : at] in (["."], ["fn"], ["::"]):
            continue
        end = _closed(words, at + 1)
        first = _first_argument(words, at + 2, end - 1)
        receiver = words[at + 2 : first]
        while receiver[:1] in (["&"], ["mut"]):
            receiver = receiver[1:]
        rest = words[first + 1 : end - 1] if words[first] == "," else []
        words = [*words[:at], *receiver, ".", words[at], "(", *rest, ")", *words[end:]]
    return words


def _first_argument(words: list[str], start: int, end: int) -> int:
    """Return the place behind the first argument of a call whose arguments stand from *start* to *end*."""
    depth = 0
    for at in range(start, end):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(words[at], 0)
        if words[at] == "," and depth == 0:
            return at
    return end


def _as_list(words: list[str], moved: Moves) -> list[str]:
    """Return *words* with what is asked of an iterator as it is asked of a list; not where the code has such names."""
    text = " ".join(words)
    if not moved.names & {"next", "is_none", "is_empty"}:
        text = text.replace(". next ( ) . is_none ( )", ". is_empty ( )")
    if not moved.names & {"count", "len"}:
        text = text.replace(". count ( )", ". len ( )")
    return text.split(" ")


def _without_methods(words: list[str], names: frozenset[str] | set[str]) -> list[str]:
    """Return *words* without the functions of these *names*."""
    for at, word in enumerate(words):
        if word == "fn" and words[at + 1] in names and "{" in words[at:]:
            end = _closed(words, words.index("{", at))
            start = at - 1 if at and words[at - 1] == "async" else at
            return _without_methods(words[:start] + words[end:], names)
    return words


def _closed(words: list[str], start: int) -> int:
    """Return the place behind the bracket that closes the one at *start*."""
    depth = 0
    for at in range(start, len(words)):
        depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(words[at], 0)
        if depth == 0:
            return at + 1
    return len(words)


def _without_fields(words: list[str], names: frozenset[str]) -> list[str]:
    """Return *words* without the fields of these *names* that have a plain value in a struct's literal."""
    text = " ".join(words)
    for name in sorted(names):
        text = re.sub(rf" , {name} : {_PLAIN}(?= [,}}])", "", text)
        text = re.sub(rf"(?<=\{{) {name} : {_PLAIN} ,", "", text)
    return text.split(" ") if names else words
