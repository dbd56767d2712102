"""Names that a phase's deliverables write as code: functions as calls or signatures, variants of an enum. Pure."""

import re

from phasewright.plan import Phase

_CODE = re.compile(r"`([^`\n]+)`")
_FUNCTION = re.compile(
    r"(?:(?:pub )?(?:async |const |unsafe )*fn )?(?:\w+::)*([a-z]\w{2,})(?:<[^()]*>)?\([^()]*\)\??(?:\s*->.*)?"
)
_VARIANT = re.compile(r"(?:\w+::)?([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\(.*\)|\s*\{.*\})?")
_DOUBTFUL = re.compile(
    r"\b(remov\w*|delet\w*|drop\w*|renam\w*|replac\w*|deprecat\w*|mov\w*|inlin\w*|gone|no|not|never|without|instead"
    r"|rather|former\w*|old|was|were|later|optional\w*|maybe|might|could|e\.g\.|such as|like|similar|example|or|either"
    r"|unless|if)\b",
    re.IGNORECASE,
)


def promised_names(phase: Phase) -> tuple[str, ...]:
    """Return the names that *phase* promises in so many words, in the order of the plan."""
    found: list[str] = []
    for deliverable in phase.deliverables:
        outside, spans = _CODE.sub(" ", deliverable), _CODE.findall(deliverable)
        if _DOUBTFUL.search(outside):
            continue
        kinds = (_FUNCTION, _VARIANT) if re.search(r"\bvariants?\b", outside) else (_FUNCTION,)
        found += [hit[1] for span in spans for kind in kinds if (hit := kind.fullmatch(span.strip()))]
    return tuple(dict.fromkeys(found))
