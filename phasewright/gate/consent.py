"""What the plan itself says: which tests a phase may remove, rename, ignore or rewrite, and whether it mends."""

import re
from collections.abc import Collection

from phasewright.gate.change import normal_path, normal_paths
from phasewright.gate.consent_words import orders_change
from phasewright.plan import Phase
from phasewright.toolchain.outcomes import Identity

_NEGATION = re.compile(
    r"\b(not|never|no|without|don't|doesn't|unchanged|untouched|keep|must stay|still|nothing|none)\b", re.IGNORECASE
)


_FIX = re.compile(r"\b(bug ?)?fix(es|ed|ing)?\b|\bbugs?\b|\bregressions?\b", re.IGNORECASE)
_AS_IT_IS = re.compile(
    r"\b(today|now|currently|at the moment|so far|yet|until now|at present|instead)\b", re.IGNORECASE
)
"""A line that says what is, and shall not be."""
_NEVER = re.compile(r"\b(not|never|no longer|without|don't|doesn't)\b(?! (return|end|stop)s?\b)", re.IGNORECASE)
"""Takes a wish back, but for "never returns"."""
_REMOVES = re.compile(r"\b(remov|delet|drop|retir)\w*", re.IGNORECASE)


def gives_up(phase: Phase, test: str, place: str | None, code: Collection[str] = ()) -> bool:
    """Return True where the plan lets *test* (an identity) go: by name, or by deleting its file.

    Args:
        code: names of what is no test: who writes "change `round`" of a function means no test of that name.
    """
    path = (place or "").rpartition(":")[0]
    if path and _is_in(path, normal_paths(phase.files.delete)):
        return True
    identity = Identity.read(test)
    names = _endings(identity.test) | {
        test,
        f"{identity.target}::{identity.test}",
        f"{identity.package}::{identity.test}",
    }
    return _is_named(phase, names, path, code)


def moves_away(phase: Phase, place: str | None) -> bool:
    """Return True where the plan moves the file at *place* elsewhere."""
    path = (place or "").rpartition(":")[0]
    return bool(path) and _is_in(path, normal_paths(source for source, _ in phase.files.move))


def removes(phase: Phase, names: Collection[str]) -> bool:
    """Return True where a line of the phase says that one of *names*, marked as code, is to be removed."""
    lines = [line for line in phase.text.splitlines() if _REMOVES.search(line) and not _NEGATION.search(line)]
    return any(name in names for line in lines for name in re.findall(r"`(?:[\w:]*::)?(\w+)(?:\(\))?`", line))


def told_renames(text: str) -> dict[str, str]:
    """Return which name a plan's text says that another becomes: `` `a` to `b` ``, `` `a` → `b` ``."""
    name = r"`(?:[\w:]*::)?(\w+)(?:\(\))?`"
    return dict(re.findall(rf"{name}\s*(?:(?:is |are )?(?:renamed )?(?:to|as|into)|becomes|→|->|=>)\s*{name}", text))


def removal_marks(phase: Phase) -> frozenset[str]:
    """Return the options and texts, marked as code, that a line of the phase removes: `--verbose`, `"old"`."""
    lines = [line for line in phase.text.splitlines() if _REMOVES.search(line) and not _NEGATION.search(line)]
    return frozenset(mark for line in lines for mark in re.findall(r"`(--?[a-z][\w-]+|\"[^\"`]{2,}\")`", line))


def asks_for(phase: Phase, wanted: re.Pattern[str], names: Collection[str]) -> bool:
    """Return True where a line of the phase has a word for what is *wanted*, and names whom of *names* it wants it of.

    Names count marked as code or not, and in any case of letters; "does nothing today" asks for nothing.
    """
    called = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names)))})s?\b", re.IGNORECASE)
    lines = [line for line in phase.text.splitlines() if names and called.search(line) and wanted.search(line)]
    return any(not _AS_IT_IS.search(line) and not _NEVER.search(line) for line in lines)


def names_test(phase: Phase, name: str, path: str, code: Collection[str] = ()) -> bool:
    """Return True where the plan lets the test function *name* in *path* be rewritten."""
    return _is_named(phase, _endings(name) | _full_names(path, name), path, code)


def _full_names(path: str, name: str) -> set[str]:
    """Return how the gate itself calls the test *name* of *path*: with the module that the file is."""
    parts = path.removesuffix(".rs").split("/")
    inside = parts[parts.index("src") + 1 :] if "src" in parts else []
    inside = inside[:-1] if inside[-1:] in (["mod"], ["lib"], ["main"]) else inside
    whole = [*inside, name]
    return {"::".join(whole[at:]) for at in range(len(inside))}


def _is_named(phase: Phase, names: set[str], path: str, code: Collection[str]) -> bool:
    allowed = [_clean(text) for text in phase.tests_to_change]
    if any(text in names or (path and _is_in(path, [normal_path(text)])) for text in allowed):
        return True
    sentences = [*phase.deliverables, *(criterion.text for criterion in phase.acceptance_criteria)]
    alone = names - set(code)
    return any(
        orders_change(one, names if re.search(r"\btests?\b", one, re.IGNORECASE) else alone) for one in sentences
    )


def _endings(test: str) -> set[str]:
    parts = test.partition("#")[0].split("::")  # a doc test's number is no part of its name
    return {"::".join(parts[at:]) for at in range(len(parts))}


def _is_in(path: str, places: list[str]) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in places)


def _clean(text: str) -> str:
    return text.strip().strip("`").removesuffix("()")


def is_fix(phase: Phase) -> bool:
    """Return True for a phase that says, in its name or goal, that it mends something."""
    return _FIX.search(f"{phase.name} {phase.goal or ''}") is not None
