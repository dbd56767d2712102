"""What code asks less of itself than at base: lints that it forbids, comparisons and texts that a derive made."""

import re
from collections.abc import Iterator

from phasewright.gate.change import Change
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import shown
from phasewright.gate.rust.loosened import Derived, derived_traits, lint_levels, written_impls
from phasewright.plan import Phase
from phasewright.result import Finding

_MEANT = {
    "PartialEq": re.compile(r"\b(Partial)?Eq\b|\bequal|\bcompar|==|\bidentical|\bignor", re.IGNORECASE),
    "PartialOrd": re.compile(r"\b(Partial)?Ord(er\w*)?\b|\bcompar|\bsort|\bgreater|\bless\b", re.IGNORECASE),
    "Ord": re.compile(r"\b(Partial)?Ord(er\w*)?\b|\bcompar|\bsort|\bgreater|\bless\b", re.IGNORECASE),
    "Debug": re.compile(r"\bdebug|\bredact|\bsecret|\bprint|\bdisplay|\bhide|\bmask|\{:\?\}", re.IGNORECASE),
}
"""What the plan says where it means the change."""


def check_loosened(facts: GateFacts) -> Iterator[Finding]:
    """Yield lints that a file forbade, and traits that a type derived, where neither holds any more."""
    for path in facts.change.modified():
        before, after = facts.change.before(path), facts.change.after(path)
        if not path.endswith(".rs") or before is None or after is None:
            continue
        for found in (*_lints(facts.change, facts.phase, before, after), *_derives(facts.phase, before, after)):
            yield found.model_copy(update={"path": shown(path)})


def _lints(change: Change, phase: Phase, before: bytes, after: bytes) -> Iterator[Finding]:
    old, new = lint_levels(before), lint_levels(after)
    manifests = [text for path, text in change.manifests(after=True).items() if path in change.changed]
    for lint in sorted(old):
        name = lint.rpartition("::")[2]
        moved = any(re.search(rf"\b{re.escape(name)}\b", text) for text in manifests)
        if old[lint] > new.get(lint, 0) and name not in phase.text and not moved:
            said = f"{lint} is not denied any more in the file; name it in the plan if that is wanted"
            yield finding("lint-silenced", said, line=1)


def _derives(phase: Phase, before: bytes, after: bytes) -> Iterator[Finding]:
    old, new = derived_traits(before), derived_traits(after)
    lost = {name: (old[name].traits - new[name].traits) & _MEANT.keys() for name in old.keys() & new.keys()}
    written = written_impls(after) if any(lost.values()) else {}
    for name in sorted(lost):
        for trait in sorted(lost[name]):
            if not _MEANT[trait].search(phase.text) and not _looks_at_all(trait, new[name], written.get((trait, name))):
                said = f"{name} derived {trait} and has one of its own now: tests that rest on it may say less"
                yield finding("derive-replaced", f"{said}; name {trait} in the plan", line=new[name].line)


def _looks_at_all(trait: str, derived: Derived, body: str | None) -> bool:
    """Return True where a written `fmt` shows every field; a comparison of one's own may say anything."""
    fields = derived.fields
    return trait == "Debug" and body is not None and all(re.search(rf"\b{one}\b", body) for one in fields)
