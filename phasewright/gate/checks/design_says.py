"""Design documents say something of their own, and speak of what the phase wants from them."""

import re
from collections.abc import Iterator

from phasewright.gate.change import normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.plan import PhaseKind
from phasewright.result import Finding

_DOCUMENT = (".md", ".markdown", ".adoc", ".rst", ".txt")
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_FEW_WORDS = 20
_RUN = 4
"""So many words in a row are no coincidence."""
_REPEATED = 0.6
"""Part of a document that may be the plan's own words."""
_TOPICS = 4
"""Words by which a deliverable's subject is known; where it has fewer, a synonym for each may do."""
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
about above after again against also another any are because been before being below between both but can could decide
decided decision decisions design describe described describes description document documents does doing done down
during each every few file files for from further given happen happens have having here how into its itself just least
less made make makes many more most much must name names need only other others over own part phase plan same shall
should some such text than that their them then there these they thing things this those through under until used uses
using very well were what when where which while will with within without would write written""",
    )
)
_PROCESS = re.compile(r"\b(review|approv|sign|present|discuss|meet|agree|team|commit|merg|pull|branch)", re.IGNORECASE)
_ENGLISH = frozenset(("the", "of", "and", "to", "is", "a", "in"))


def check_design_says(facts: GateFacts) -> Iterator[Finding]:
    """Yield promised documents that repeat the plan, and deliverables of which nothing that was written speaks."""
    files = facts.phase.files
    if facts.phase.kind != PhaseKind.DESIGN:
        return
    created = [path for path in map(normal_path, files.create) if path.endswith(_DOCUMENT)]
    texts = {path: text for path in created if (text := facts.change.text_after(path))}
    for path, text in texts.items():
        if repeats(text, facts.phase.text):
            said = "the document repeats the plan's own words, and says little else"
            yield finding("design-repeats-plan", said, path=path)
    if texts:
        written = [facts.change.text_after(path) or "" for path in facts.change.changed]
        for deliverable in facts.phase.deliverables:
            if is_passed_over(deliverable, "\n".join(written)):
                said = f"nothing that was written speaks of this deliverable: {deliverable}"
                yield finding("design-passes-over", said, path=min(texts))


def repeats(document: str, plan: str) -> bool:
    """Return True where most of a document's words stand in the plan, four or more in a row."""
    said, known = _words(_FENCE.sub("", document)), _words(plan)
    runs = {tuple(known[at : at + _RUN]) for at in range(len(known))}
    repeated = {
        at + more for at in range(len(said) - _RUN + 1) if tuple(said[at : at + _RUN]) in runs for more in range(_RUN)
    }
    return len(said) >= _FEW_WORDS and len(repeated) >= _REPEATED * len(said)


def is_passed_over(deliverable: str, written: str) -> bool:
    """Return True where none of the words that a deliverable is about occurs in what was written, in any form."""
    about = _topics(re.sub(r"`[^`]*`", "", deliverable))
    if len(about) < _TOPICS or _PROCESS.search(deliverable) or not _is_english(written):
        return False
    return not about & _topics(written)


def _topics(text: str) -> set[str]:
    """Return the beginnings of the words that say what a text is about."""
    return {word[:5].rstrip("s") for word in _words(text) if len(word) >= 4 and word not in _COMMON}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _is_english(text: str) -> bool:
    """Return True for prose in the language that we know the common words of."""
    words = _words(text)
    return sum(word in _ENGLISH for word in words) >= 0.08 * len(words) > 0
