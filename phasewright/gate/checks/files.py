"""Promised files: they exist, have content, and changed where the plan says so."""

import fnmatch
import re
from collections.abc import Iterator

from phasewright.gate.change import Change, normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import REGULAR
from phasewright.gate.rust.syntax import says_the_same
from phasewright.plan import Severity
from phasewright.result import Finding

_ASKS_FOR_COMMENTS = re.compile(
    r"\b(explain|document|describ)\w*\b[^.\n]*\bcomments?\b|\bcomments? (that|which) (explain|describe|say)"
    r"|`?// SAFETY|\bSAFETY comments?\b|\b(code|inline|line) comments?\b"
)


def check_files(facts: GateFacts) -> Iterator[Finding]:
    """Yield what is missing of the files that the phase promises; of a list that was only inferred, as warnings."""
    found = _missing(facts)
    if facts.phase.files.is_inferred:
        found = (one.model_copy(update={"severity": Severity.WARNING}) for one in found)
    yield from found


def _missing(facts: GateFacts) -> Iterator[Finding]:
    change, files = facts.change, facts.phase.files
    formatted = frozenset(facts.before.unformatted) - frozenset(facts.after.unformatted)
    for path in map(normal_path, files.create):
        yield from _is_there(change, path, created=True)
    for path in map(normal_path, files.modify):
        for found in _is_there(change, path, created=False):
            # To format a file is a change of it, and so is a comment where the phase asks for comments.
            is_change = path in formatted or (
                _ASKS_FOR_COMMENTS.search(facts.phase.text) and _has_other_words(change, path)
            )
            if found.code != "file-unchanged" or not is_change:
                yield found
    for path in map(normal_path, files.delete):
        if _matches(change.head, path):
            yield finding("file-not-deleted", "the plan deletes this file; it is still there", path=path)
    for source, target in files.move:
        old, new = normal_path(source), normal_path(target)
        if old in change.head:
            yield finding("file-not-deleted", f"the plan moves this file to {new}; it is still here", path=old)
        yield from _is_there(change, new, created=True)


def _is_there(change: Change, path: str, *, created: bool) -> Iterator[Finding]:
    if path.endswith("/") or "*" in path:
        yield from _has_changes(change, path)
        return
    entry = change.head.get(path)
    if entry is None:
        near = _near(change, path)
        hint = f"; {near} exists, but the plan names {path}" if near else ""
        yield finding("file-missing", f"the plan promises this file; it does not exist in the commit{hint}", path=path)
    elif entry.mode not in REGULAR:
        yield finding("file-not-regular", "the plan promises a file; this is a link or a repository", path=path)
    elif not (change.after(path) or b"").strip():
        yield finding("file-empty", "the file is empty", path=path)
    elif path not in change.changed and not created:
        yield finding("file-unchanged", "the plan modifies this file; it is as it was", path=path)
    elif path not in change.changed:
        note = "the plan creates this file; it was there before and is unchanged"
        yield finding("file-unchanged", note, path=path, severity=Severity.WARNING)
    elif _is_same_text(change, path):
        yield finding("file-unchanged", "only white space, plain comments or the file's mode changed", path=path)


def _has_changes(change: Change, path: str) -> Iterator[Finding]:
    if not _matches(change.head, path):
        yield finding("file-missing", "the plan promises files here; there are none", path=path)
    elif not _matches(change.changed, path):
        yield finding("file-unchanged", "the plan changes files here; none changed", path=path)


def _matches(paths: object, path: str) -> bool:
    assert hasattr(paths, "__iter__")
    if path.endswith("/"):
        return any(one.startswith(path) for one in paths)
    return any(one == path or ("*" in path and fnmatch.fnmatchcase(one, path)) for one in paths)


def _near(change: Change, path: str) -> str | None:
    """Return a file that may be meant: other letter case, or the other way to write a Rust module."""
    wanted = {path.casefold(), re.sub(r"\.rs$", "/mod.rs", path).casefold(), path.replace("/mod.rs", ".rs").casefold()}
    return next((one for one in change.head if one.casefold() in wanted), None)


def _has_other_words(change: Change, path: str) -> bool:
    return (change.before(path) or b"").split() != (change.after(path) or b"").split()


def _is_same_text(change: Change, path: str) -> bool:
    before, after = change.before(path), change.after(path)
    if before is None or after is None:
        return False
    return says_the_same(before, after) if path.endswith(".rs") else b"".join(before.split()) == b"".join(after.split())
