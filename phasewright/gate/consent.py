"""What the plan itself allows: tests that a phase may remove, rename, ignore or rewrite."""

import re

from phasewright.gate.change import normal_path, normal_paths
from phasewright.plan import Phase
from phasewright.toolchain.outcomes import Identity

_VERB = re.compile(
    r"\b(remov|delet|drop|renam|ignor|replac|rewrit|updat|adapt|adjust|chang|mov|merg|disabl|retir|fix)\w*",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(not|never|no|without|don't|doesn't|unchanged|untouched|keep|must stay|still|nothing|none)\b", re.IGNORECASE
)


def gives_up(phase: Phase, test: str, place: str | None) -> bool:
    """Return True where the plan lets *test* (an identity) go: by name, or by deleting or moving away its file."""
    path = (place or "").rpartition(":")[0]
    given_up_files = normal_paths([*phase.files.delete, *(source for source, _ in phase.files.move)])
    if path and _is_in(path, given_up_files):
        return True
    identity = Identity.read(test)
    names = _endings(identity.test) | {
        test,
        f"{identity.target}::{identity.test}",
        f"{identity.package}::{identity.test}",
    }
    return _is_named(phase, names, path)


def names_test(phase: Phase, name: str, path: str) -> bool:
    """Return True where the plan lets the test function *name* in *path* be rewritten."""
    return _is_named(phase, _endings(name), path)


def _is_named(phase: Phase, names: set[str], path: str) -> bool:
    allowed = [_clean(text) for text in phase.tests_to_change]
    if any(text in names or (path and _is_in(path, [normal_path(text)])) for text in allowed):
        return True
    sentences = [*phase.deliverables, *(criterion.text for criterion in phase.acceptance_criteria)]
    return any(_allows(sentence, names) for sentence in sentences)


def _endings(test: str) -> set[str]:
    parts = test.partition("#")[0].split("::")  # a doc test's number is no part of its name
    return {"::".join(parts[at:]) for at in range(len(parts))}


def _is_in(path: str, places: list[str]) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in places)


def _allows(sentence: str, names: set[str]) -> bool:
    """The name counts beside a verb of change that no negation takes back."""
    if not _VERB.search(sentence) or _NEGATION.search(sentence):
        return False
    # A plain word such as `adds` is a name only where it is marked as code.
    words = set(re.findall(r"[\w/:\-]*::[\w/:\-]+|\b\w*_\w+\b", sentence)) | set(
        re.findall(r"`([^`]+?)(?:\(\))?`", sentence)
    )
    return bool(words & names)


def _clean(text: str) -> str:
    return text.strip().strip("`").removesuffix("()")
