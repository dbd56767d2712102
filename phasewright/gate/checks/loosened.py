"""What code asks less of itself than at base: lints that it forbids, comparisons and texts that a derive made."""

import re
from collections.abc import Iterator

from phasewright.gate.change import Change
from phasewright.gate.codes import finding
from phasewright.gate.consent import asks_for
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import shown
from phasewright.gate.rust.loosened import Derived, derived_traits, lint_levels, written_impls
from phasewright.plan import Phase
from phasewright.result import Finding

_ORDER = re.compile(r"\b(order(ed|s)?|compar\w+|sort(ed|s)?|greater|less|smaller|larger)\b", re.IGNORECASE)
_MEANT = {
    "PartialEq": re.compile(r"\b(equal\w*|compar\w+|identical|the same)\b|==", re.IGNORECASE),
    "PartialOrd": _ORDER,
    "Ord": _ORDER,
    "Debug": re.compile(r"\b(debug|redact\w*|print\w*|display\w*|hid(es?|den)|mask\w*)\b|\{:\?\}", re.IGNORECASE),
}
"""What a line of the plan says about the type where it means the change; the trait's own name is enough."""


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
            is_meant = re.search(rf"\b{trait}\b", phase.text) or asks_for(phase, _MEANT[trait], {name})
            if not is_meant and not _looks_at_all(trait, new[name], written.get((trait, name))):
                said = f"{name} derived {trait} and has one of its own now: tests that rest on it may say less"
                yield finding("derive-replaced", f"{said}; name {trait} in the plan", line=new[name].line)


def _looks_at_all(trait: str, derived: Derived, body: str | None) -> bool:
    """Return True where a written `fmt` shows every field; a comparison of one's own may say anything."""
    fields = derived.fields
    return trait == "Debug" and body is not None and all(re.search(rf"\b{one}\b", body) for one in fields)
