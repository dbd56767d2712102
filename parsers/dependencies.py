"""Dependency fields: the grammar that reads all 607 of the survey (4.2)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from parsers.inline import without_parentheses, without_spans

_NONE = re.compile(
    r"^(none|n/?a|nothing|no dependenc\w*|no prerequisites?|not applicable|independent|-+|–|—|∅|\(none\))(?![\w/])",
    re.I,
)
_ALL = re.compile(
    r"\b(?:all (?:the )?(?:previous|prior|preceding|earlier|other)|every (?:other|previous|prior)|all phases"
    r"|incremental)\b",
    re.I,
)
_PREVIOUS = re.compile(r"\b(?:the )?(?:previous|prior|preceding) phase\b", re.I)
_ID = r"\d{1,6}(?:\.\d{1,6})?[A-Za-z]?(?![\w])"
_RANGE = re.compile(rf"({_ID})\s*(?:-|–|—|\.\.|\bto\b|\bthrough\b|\bthru\b)\s*(?:phase\s+)?({_ID})", re.I)
_LETTERS = re.compile(r"(\d{1,6})([A-Za-z])[-–]([A-Za-z])(?!\w)")
_LIST_GOES_ON = re.compile(r"\s*(?:$|[,;&+/(.)→-]|and\b|or\b|to\b|complete|only|done|finished)", re.I)
_ONE = re.compile(_ID)
_WORD = re.compile(r"\b(?:phases?|stages?|tasks?)\s*:?\s*(?=#?\d)#?", re.I)
_TAIL = re.compile(
    r"\s*(?:\b(?:complete[d]?|only|done|finished|must be complete|is complete|are complete)\b)*\s*", re.I
)
_SEPARATOR = re.compile(r"\s*(?:[,;&+/]|\band\b|\bor\b|→|->)+\s*(?:and\s+)?", re.I)


class Dependencies(NamedTuple):
    """What a field names: known ids, in document order; what it names and the plan lacks; whether it was readable."""

    ids: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    is_readable: bool = True


class Known:
    """The plan's phase ids in document order, looked up by id and by number."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self._place: dict[str, int] = {}
        self._parts: dict[str, list[int]] = {}
        for i, phase in enumerate(self.ids):
            self._place.setdefault(phase.casefold(), i)
            if phase[-1:].isalpha():
                self._parts.setdefault(_number(phase), []).append(i)

    def place(self, phase_id: str) -> int | None:
        """Return where the phase stands, from 0."""
        return self._place.get(phase_id.casefold())

    def places(self, mention: str) -> list[int]:
        """Return the phase, or its lettered parts: "7" means 7a-7d where there is no 7 (survey 4.2, rule 6)."""
        exact = self.place(mention)
        return [exact] if exact is not None else self._parts.get(mention, [])


def read_dependencies(value: str, phase_id: str, known: Known) -> Dependencies:
    """Read the dependency field of phase *phase_id*."""
    text = value.strip().strip("*_").strip()
    if not text:
        return Dependencies(is_readable=False)
    if _NONE.match(text.strip("`'\"")):
        return Dependencies()
    hidden = without_spans(text)
    bare = without_parentheses(hidden if _WORD.search(hidden) else text.replace("`", ""))
    before = known.ids[: known.place(phase_id) or 0]
    if _ALL.search(bare):
        return Dependencies(before)
    if _PREVIOUS.search(bare) and not _WORD.search(bare):
        return Dependencies(before[-1:])
    return _collect(_mentions(bare), known)


def find_ids(text: str, known: Known) -> Dependencies:
    """Return the phases that *text* names, where a list of ids is expected: a group's cell, a remark."""
    return _collect(_mentions(without_parentheses(text.replace("`", ""))), known)


def named_phases(text: str, known: Known) -> Dependencies:
    """Return the phases that prose names with the word "Phase": a bare number is no phase there."""
    return _collect(_mentions(text, needs_word=True), known)


def _mentions(text: str, *, needs_word: bool = False) -> list[tuple[str, str | None]]:
    """Return the ids and ranges of *text*: after "Phase", or first, or joined to one by a separator."""
    found: list[tuple[str, str | None]] = []
    at = 0
    start = _ONE.match(text.lstrip())
    if start and not needs_word:
        at = len(text) - len(text.lstrip())
        at = _list_of_ids(text, at, found)
    while match := _WORD.search(text, at):
        at = _list_of_ids(text, match.end(), found)
    return found


def _list_of_ids(text: str, at: int, found: list[tuple[str, str | None]]) -> int:
    """Read ids and ranges with separators between them; "Phase 2, 3 crates" ends after 2."""
    is_named = True
    while True:
        letters = _LETTERS.match(text, at)
        span = letters or _RANGE.match(text, at)
        one = span or _ONE.match(text, at)
        if one is None or not (is_named or _LIST_GOES_ON.match(text, one.end())):
            return max(at, 1)
        if letters:
            found.append((letters[1] + letters[2], letters[1] + letters[3]))
        else:
            found.append((span[1], span[2]) if span else (one[0], None))
        tail = _TAIL.match(text, one.end())
        at = tail.end() if tail else one.end()
        separator = _SEPARATOR.match(text, at)
        if separator is None:
            return at
        word = _WORD.match(text, separator.end())
        is_named = word is not None or not set(",;/") & set(separator[0])
        at = word.end() if word else separator.end()


def _collect(mentions: Sequence[tuple[str, str | None]], known: Known) -> Dependencies:
    places: set[int] = set()
    unknown: list[str] = []
    for first, last in mentions:
        ends = [first] if last is None else [first, last]
        found = [known.places(end) for end in ends]
        unknown.extend(end for end, at in zip(ends, found, strict=True) if not at)
        if len(found) == 2 and all(found):
            places.update(range(found[0][0], found[1][-1] + 1))
        else:
            places.update(place for at in found for place in at)
    ids = tuple(known.ids[place] for place in sorted(places))
    return Dependencies(ids, tuple(dict.fromkeys(unknown)), bool(mentions))


def _number(phase_id: str) -> str:
    return phase_id.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
