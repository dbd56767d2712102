"""What the commit itself shows: nothing changed, protected files, links, what could not be committed."""

from collections import Counter
from collections.abc import Iterator

from phasewright.gate.change import is_listed
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import LINK, SUBMODULE, shown
from phasewright.gate.protected import protection_of
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
    for path in sorted(change.changed):
        code = protection_of(path)
        if code and not is_listed(path, facts.phase.files):
            yield finding(code, f"{shown(path)} was changed: {_WHY[code]}", path=shown(path))
        mode = change.head[path].mode if path in change.head else ""
        was = change.base[path].mode if path in change.base else ""
        if mode == LINK and was != LINK:
            yield finding("link-added", "a symbolic link was added; commit the file itself", path=shown(path))
        if mode == SUBMODULE and was != SUBMODULE:
            yield finding("nested-repository", "a repository inside the repository; commit its files", path=shown(path))
        if path not in change.base and folded[path.casefold()] > 1:
            yield finding("case-collision", "differs from another file only in letter case", path=shown(path))
    for path, why in facts.left_out:
        code = "nested-repository" if "repositor" in why else "left-out"
        yield finding(code, f"{shown(path)} was not committed: {why}", path=shown(path))
