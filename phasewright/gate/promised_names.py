"""Names that a phase promises, written as code in its deliverables and beside the files to write. Pure."""

import re
from collections.abc import Iterator

from phasewright.plan import Phase

_NOTE = re.compile(r"^\s*[-*+]\s+(?:\[.\]\s+)?`([^`]+)`\s*[-–—:(]+\s*(.+)$")
_SPAN = re.compile(r"`([^`\n]+)`")
_FUNCTION = re.compile(
    r"(?:(?:pub )?(?:async |const |unsafe )*fn )?(?:\w+(?:::|\.))*([a-z]\w{2,})(?:<[^()]*>)?\([^()]*\)\??(?:\s*->.*)?"
)
_ITEM = re.compile(r"(?:pub )?(?:fn|struct|enum|trait|type|const|static|macro_rules!) (\w{3,}).*")
_PATH = re.compile(r"(?:\w+::)+(\w{3,})")
_WORD = re.compile(r"([a-z]\w*_\w+|(?:[A-Z][a-z0-9]+){2,})")
_VARIANT = re.compile(r"(?:\w+::)?([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\(.*\)|\s*\{.*\})?")
_FIELD = re.compile(r"([a-z]\w{2,})(?:: ?[^:].*)?")
_SIGNATURE = re.compile(r"(?:pub )?(?:async |const |unsafe )*fn (\w+)(?:<[^()]*>)?\(.*\) ?-> ?(.+)")
_OUTER = re.compile(r"(?:\w+::)*(Result|Option|Vec|bool|String|[iu](?:8|16|32|64|size)|f(?:32|64))\b.*", re.DOTALL)
_OF_STD = re.compile(r"(Hash|BTree)(Map|Set)|Vec(Deque)?|(Ref)?Cell|RwLock|(Once|Lazy)(Lock|Cell)|(Into)?Iterator")
"""What an author may have chosen otherwise."""
_BY_A_TRAIT = frozenset(
    ("clone", "cmp", "partial_cmp", "hash", "fmt", "default", "to_string", "to_owned", "into", "try_into", "borrow")
)
"""Methods that a derive or another trait brings: no code has their names."""
_DOUBTFUL = re.compile(
    r"\b(remov\w*|delet\w*|drop\w*|renam\w*|replac\w*|deprecat\w*|mov\w*|inlin\w*|gone|no|not|never|without|instead"
    r"|rather|former\w*|old|was|were|later|optional\w*|maybe|may|might|could|e\.g\.|such as|like|similar\w*|example|or"
    r"|either|unless|if|unlike|than|from|follow\w*|see|as|becomes?|where)\b",
    re.IGNORECASE,
)
"""What is not simply promised."""


def promised_names(phase: Phase) -> tuple[str, ...]:
    """Return the names of functions, types and variants that *phase* promises, in the order of the plan."""
    found: list[str] = []
    for text in (*phase.deliverables, *_notes(phase)):
        outside, spans = _SPAN.sub(" ", text), _SPAN.findall(text)
        if _DOUBTFUL.search(outside):
            continue
        has_variants = re.search(r"\bvariants?\b", outside) is not None
        has_fields = re.search(r"\bfields?\b", outside) is not None
        kinds = (
            _FUNCTION,
            _ITEM,
            _PATH,
            _WORD,
            *((_VARIANT,) if has_variants else ()),
            *((_FIELD,) if has_fields else ()),
        )
        found += [name for span in spans if (name := _name(span.strip(), kinds)) is not None]
    return tuple(dict.fromkeys(found))


def promised_returns(phase: Phase) -> dict[str, str]:
    """Return the functions whose whole signature a deliverable writes: name → the outermost type of what it returns."""
    found = (
        hit
        for text in phase.deliverables
        if not _DOUBTFUL.search(_SPAN.sub(" ", text))
        for hit in map(_SIGNATURE.fullmatch, map(str.strip, _SPAN.findall(text)))
    )
    return {hit[1]: outer for hit in found if hit is not None and (outer := outermost(hit[2])) is not None}


def outermost(returns: str) -> str | None:
    """Return the outermost type that *returns* is, of those that no other name stands for; None for any other.

    >>> outermost("io::Result<Vec<u8>>"), outermost("Vec<u8>"), outermost("Answer")
    ('Result', 'Vec', None)
    """
    hit = _OUTER.fullmatch(returns.removeprefix("->").strip())
    return None if hit is None else "a number" if re.match(r"[iuf]\d|[iu]size", hit[1]) else hit[1]


def _notes(phase: Phase) -> Iterator[str]:
    """Yield what stands beside the files that the phase creates or modifies."""
    written = {*phase.files_as_written.create, *phase.files_as_written.modify}
    written |= {*phase.files.create, *phase.files.modify}
    for line in phase.text.splitlines():
        said = _NOTE.match(line)
        if said is not None and said[1].strip() in written:
            yield said[2]


def _name(span: str, kinds: tuple[re.Pattern[str], ...]) -> str | None:
    hit = next((found for kind in kinds if (found := kind.fullmatch(span))), None)
    return None if hit is None or _OF_STD.fullmatch(hit[1]) or hit[1] in _BY_A_TRAIT else hit[1]
