"""What the plan itself allows: tests that a phase may remove, rename, ignore or rewrite."""

import re

from phasewright.cargo.suite import Identity
from phasewright.gate.change import normal_paths
from phasewright.plan import Phase

_VERB = re.compile(
    r"\b(remov|delet|drop|renam|ignor|replac|rewrit|updat|adapt|adjust|chang|mov|merg|disabl|retir|fix)\w*",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(not|never|no|without|don't|doesn't|unchanged|untouched|keep|must stay|still)\b", re.IGNORECASE
)


def gives_up(phase: Phase, test: str, place: str | None) -> bool:
    """Return True where the plan lets *test* (an identity) go: by name, or by deleting or moving away its file.

    The name counts in `**Tests to change:**`, and in deliverables and criteria beside a verb of change that no
    negation takes back.
    """
    path = (place or "").rpartition(":")[0]
    given_up_files = normal_paths([*phase.files.delete, *(source for source, _ in phase.files.move)])
    if path and any(path == one or (one.endswith("/") and path.startswith(one)) for one in given_up_files):
        return True
    names = _names(Identity.read(test))
    if any(_clean(text) in names for text in phase.tests_to_change):
        return True
    sentences = [*phase.deliverables, *(criterion.text for criterion in phase.acceptance_criteria)]
    return any(_allows(sentence, names) for sentence in sentences)


def _names(identity: Identity) -> set[str]:
    """Return the ways to name a test: whole identity, path, and every ending of its path."""
    parts = identity.test.split("::")
    endings = {"::".join(parts[i:]) for i in range(len(parts))}
    return endings | {str(identity), f"{identity.target}::{identity.test}"}


def _allows(sentence: str, names: set[str]) -> bool:
    if not _VERB.search(sentence) or _NEGATION.search(sentence):
        return False
    return any(word in names for word in re.findall(r"[\w/:\-]+", sentence))


def _clean(text: str) -> str:
    return text.strip().strip("`").removesuffix("()")
