"""Functions and variants that the deliverables name: some code has them."""

import re
from collections import Counter
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.promised_names import outermost, promised_names, promised_returns
from phasewright.gate.rust.definitions import definitions
from phasewright.gate.rust.scan import scan_rust
from phasewright.plan import PhaseKind
from phasewright.result import Finding

_KIND = r"function|fn|method|struct|type|enum|trait|const(?:ant)?|helper|macro"
_REMOVED = re.compile(
    r"^(?:remove|delete|drop)s?\s+(?:the\s+)?(?:(?:old|deprecated|unused|obsolete|legacy|dead|private|public|free)\s+)*"
    rf"(?:(?:{_KIND})\s+)?`(?:\w+::)*(\w+)(?:\([^`]*\))?`(?!\s*(?:{_KIND}|field|argument|parameter|from|in|on|of)\b)",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(from|in favou?r|use[sd]?|usages?|arguments?|parameters?|calls?|imports?|depend\w*|features?|if|unless|when"
    r"|where|deprecat(?:e|es|ing|ion)|only|except|fields?|derives?|impls?|re-?exports?)\b",
    re.IGNORECASE,
)
_PROSE = (".md", ".markdown", ".txt", ".adoc", ".rst")


def check_names(facts: GateFacts) -> Iterator[Finding]:
    """Yield the names that the phase promises and that occur nowhere in the candidate's code."""
    change, phase = facts.change, facts.phase
    names = promised_names(phase)
    is_rust = any(path.endswith(".rs") for path in (*phase.files.create, *phase.files.modify))
    if not change.changed or not names or not is_rust or phase.kind != PhaseKind.IMPLEMENTATION:
        return
    for name in names:
        if not any(_has(path, change.after(path) or b"", name) for path in change.head):
            yield finding("name-missing", f"the plan promises `{name}`; no code has that name")
    yield from _other_signatures(facts)


def _other_signatures(facts: GateFacts) -> Iterator[Finding]:
    """Yield functions that return another kind of thing than the plan writes: no `Result` where it has one."""
    wanted = promised_returns(facts.phase)
    changed = {path: facts.change.after(path) for path in sorted(facts.change.changed) if wanted and _is_code(path)}
    functions = [
        (path, name.rpartition("::")[2], function)
        for path, content in changed.items()
        for name, function in scan_rust(content or b"").functions.items()
        if not function.in_test
    ]
    times = Counter(own for _, own, _ in functions)
    for path, own, function in functions:
        has = outermost(function.returns) if own in wanted and times[own] == 1 else None
        if has is not None and has != wanted[own]:
            said = f"the plan writes `{own}` with {wanted[own]} as what it returns; it returns {function.returns}"
            yield finding("signature-differs", said, path=path, line=function.line)


def _is_code(path: str) -> bool:
    return path.endswith(".rs") and not is_test_file(path)


def check_removals(facts: GateFacts) -> Iterator[Finding]:
    """Yield what a deliverable removes, in so many words, and a file still defines as at base."""
    change = facts.change
    removed = {hit[1] for one in facts.phase.deliverables if (hit := _REMOVED.match(one)) and not _NOT_ALL.search(one)}
    for path in sorted(change.changed) if removed else ():
        before, after = change.before(path), change.after(path)
        if not _is_code(path) or before is None or after is None:
            continue
        old, new = definitions(before).names, definitions(after).names
        alike = Counter(name.rpartition("::")[2] for name in scan_rust(before).functions)
        for name in sorted(removed & old & new):
            if alike[name] <= 1:
                yield finding("name-not-removed", f"the plan removes `{name}`; it is still here", path=path)


def _has(path: str, content: bytes, name: str) -> bool:
    """Return True where a file has *name* as a word; comments of Rust are none."""
    if name.encode() not in content:
        return False
    text = scan_rust(content).tokens if path.endswith(".rs") else content.decode("utf-8", "replace")
    return re.search(rf"\b{name}\b", text) is not None and not path.endswith(_PROSE)
