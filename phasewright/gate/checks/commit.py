"""What the commit itself shows: nothing changed, protected files, links, what could not be committed."""

from collections import Counter
from collections.abc import Iterator

from phasewright.gate.change import is_listed, normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import LINK, SUBMODULE, shown
from phasewright.gate.protected import changed_protected
from phasewright.result import Finding

_WHY = {
    "plan-edited": "plans and logs are written by phasewright alone; leave this file as it is",
    "agents-edited": "agents and their settings may not be changed by a phase; leave this file as it is",
    "protected-path": "decides how work is judged; list this file in the plan, or leave it as it is",
}


def check_commit(facts: GateFacts) -> Iterator[Finding]:
    """Yield what is wrong with the candidate as a commit."""
    change = facts.change
    if not change.changed:
        yield finding("no-changes", "the attempt changed no file at all")
        return
    folded = Counter(path.casefold() for path in change.head)
    protected = changed_protected(change, facts.phase.files)
    for path in sorted(change.changed):
        if code := protected.get(path):
            yield finding(code, f"{shown(path)} was changed: {_WHY[code]}", path=shown(path))
        mode = change.head[path].mode if path in change.head else ""
        was = change.base[path].mode if path in change.base else ""
        if mode == LINK and was != LINK:
            yield finding("link-added", "a symbolic link was added; commit the file itself", path=shown(path))
        if mode == SUBMODULE and was != SUBMODULE:
            yield finding("nested-repository", "a repository inside the repository; commit its files", path=shown(path))
        if path not in change.base and folded[path.casefold()] > 1:
            yield finding("case-collision", "differs from another file only in letter case", path=shown(path))
    yield from _other_case(facts)
    yield from _outside_scope(facts)
    for path, why in facts.left_out:
        code = "nested-repository" if "repositor" in why else "left-out"
        yield finding(code, f"{shown(path)} was not committed: {why}", path=shown(path))


def _other_case(facts: GateFacts) -> Iterator[Finding]:
    """Yield new files that are promised ones in other letter case: some systems take them for the same, some do not."""
    change = facts.change
    promised = {normal_path(path).casefold(): normal_path(path) for path in facts.phase.files.paths()}
    for path in sorted(change.head.keys() - change.base.keys()):
        wanted = promised.get(path.casefold(), path)
        if wanted != path and path not in promised.values():
            yield finding("file-other-case", f"the plan writes {wanted}", path=shown(path))


def _outside_scope(facts: GateFacts) -> Iterator[Finding]:
    """Yield the files that the phase does not list, where it lists any. Often right; worth a look."""
    files = facts.phase.files
    if not files.paths():
        return
    others = [p for p in sorted(facts.change.changed) if not is_listed(p, files) and not _comes_along(p)]
    if others:
        some = ", ".join(shown(path) for path in others[:5]) + (" …" if len(others) > 5 else "")
        yield finding("outside-scope", f"{len(others)} changed files are not in the plan's lists: {some}")


def _comes_along(path: str) -> bool:
    """Return True for what changes with the rest: the lock file, a test beside its code."""
    return path.endswith(("Cargo.lock", "Cargo.toml", ".gitignore")) or "/tests/" in f"/{path}"
