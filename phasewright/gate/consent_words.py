"""One sentence of a plan, read for one thing: which tests does it order to be changed? Pure.

A test is freed where it is what the order is about: `Remove the test x`, `x is renamed to y`. That a sentence has both
a verb of change and a test's name says nothing: "delete the temp file after the test x".
"""

import re

_STEM = r"remov|delet|drop|renam|ignor|replac|rewrit|updat|adapt|adjust|chang|mov|merg|disabl|retir|fix"
_ORDER = r"remove|delete|drop|rename|ignore|replace|rewrite|update|adapt|adjust|change|move|merge|disable|retire|fix"
_DONE = (
    r"removed|deleted|dropped|renamed|ignored|replaced|rewritten|updated|adapted|adjusted|changed|moved|merged"
    r"|disabled|retired|fixed"
)
_NOT_AN_ORDER = re.compile(
    r"\b(not|never|no|without|don't|doesn't|can't|unchanged|untouched|keep|keeps|kept|must stay|stays?|remains?|still"
    r"|nothing|none|considered|thought|discussed|instead|rather|would|could|might|unless|if|out of scope|avoids?"
    r"|refus\w+|(?:in|during) (?:a later )?phase)\b",
    re.IGNORECASE,
)
"""Takes an order back, or tells of another one."""
_NAME = r"`[^`\n]+`|[\w/:\-]*::[\w/:\-]+|\b\w*_\w+\b"
_PART = r"tests?|asserts?|assertions?|expect\w*|values?|messages?|outputs?|calls?|names?|cases?|bod(?:y|ies)|snapshots?"
_OTHER = r"after|before|because|since|with|by|via|until|when|from|so|that|which|using|through|like"
_BINDS = r"of|in|for|as|against|than|under|to"
_WORD = rf"(?!(?:{_STEM})\w*\b)(?!(?:{_OTHER}|{_BINDS})\b)[\w'-]+"
_FILLER = rf"(?:(?:(?:{_PART})\s+(?:of|in|for)|(?:{_NAME})\s*,?\s*(?:and|or|,)|{_WORD})\s+)"
_AND = r"\s*(?:,\s*and|,|and|or|/|&)\s*(?:(?:the|its|their|both)\s+)?(?:unit\s+)?(?:tests?\s+)?"
_LIST = rf"(?:{_NAME})(?:{_AND}(?:{_NAME}))*"
_CLAUSES = re.compile(r";|(?<=[a-z`)])\.\s")
_REASON = re.compile(
    r",? (?:which|because|since|so that)\b.*|\s*\((?!not\b|never\b|no\b|only\b|if\b|later\b|unless\b|except\b)[^()]*\)"
    r"|:\s*(?:it )?(?:now )?(?:expects?|asserts?|wants?|checks?)\b.*",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rf"(?:^|[.;:,(]\s*|[-–—]\s+|\b(?:and|then|please|to|must|should|may|can|will|shall)\s+)(?:(?:{_ORDER})s?|{_DONE})\s+"
    rf"{_FILLER}{{0,8}}?(?P<names>{_LIST})",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    rf"(?P<names>{_LIST})\s*[,:(–—-]*\s*"
    r"(?:(?:is|are|be|was|were|has|have|been|gets?|must|should|may|can|will|shall|to|now|tests?|both|all|therefore)\s+)"
    rf"{{0,4}}(?:{_DONE}|(?<=[:–—-] )(?:{_ORDER})s?)\b",
    re.IGNORECASE,
)


def orders_change(sentence: str, names: set[str]) -> bool:
    """Return True where *sentence* orders one of *names* to be changed, removed, renamed or ignored.

    >>> orders_change("Remove the obsolete test `refuses_free`", {"refuses_free"})
    True
    >>> orders_change("Delete the temp file after the test `refuses_free`", {"refuses_free"})
    False
    """
    return any(_orders(_without_reasons(clause.strip()), names) for clause in _CLAUSES.split(sentence.strip()))


def _orders(clause: str, names: set[str]) -> bool:
    if _NOT_AN_ORDER.search(re.sub(_NAME, "`x`", clause)):
        return False
    return any(_named(hit["names"]) & names for form in (_ACTIVE, _PASSIVE) for hit in form.finditer(clause))


def _without_reasons(clause: str) -> str:
    """Return *clause* without what it says of the test's reasons, once it has named one."""
    first = re.search(_NAME, clause)
    return clause if first is None else clause[: first.end()] + _REASON.sub("", clause[first.end() :])


def _named(listed: str) -> set[str]:
    return {one.strip("`").removesuffix("()") for one in re.findall(_NAME, listed)}
