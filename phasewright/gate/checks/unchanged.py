"""Files that a phase modifies, and whose code does what it did: other words, other names, more tests."""

import re
from collections.abc import Iterator

from phasewright.gate.change import normal_paths
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.modules_of_tests import is_for_tests
from phasewright.gate.rust.same_work import same_work
from phasewright.gate.rust.syntax import says_the_same
from phasewright.gate.rust.work import same_code
from phasewright.plan import Phase, PhaseKind, Severity
from phasewright.result import Finding

_ABOUT_WORDS = re.compile(
    r"\b(doc|rustdoc|(code|inline|line|block|module|todo|stale|outdated|wrong) comment"
    r"|comments? (that|on|to|for|in|explain|say|tell)|readme|example|typo|wording|spelling|explain|describe"
    r"|changelog|lint|warning|clippy|safety|panics|translat|licen[cs]e|copyright|link)",
    re.IGNORECASE,
)
_ABOUT_FORM = re.compile(
    r"\b(renam|naming|names? (of|that|for)|refactor|restructur|clean|tid(y|ied)|readab|clarif|clearer|styl|simplif"
    r"|reformat|format(ted|ting)|attribut|inlin|must_use|deprecat|derive|cfg|serde|cold|repr|unused|dead|reorder"
    r"|sort(s|ed)? the|move)"
    r"|\bvariables?\b|\bparameters?\b|\bidentifiers?\b",
    re.IGNORECASE,
)
"""The phase may be about how code reads, not about what it does."""
_ABOUT_TESTS = re.compile(r"\b(tests?|testing|tested|coverage|fuzz\w*|propert\w*|bench\w*|snapshots?)\b", re.IGNORECASE)
_SILENT = (".rs", ".md", ".lock")
"""What else changes may be the work of a phase: configuration, data."""


def check_unchanged(facts: GateFacts) -> Iterator[Finding]:
    """Yield the files that the phase modifies where nothing of what changed, in any file, does anything else."""
    phase = facts.phase
    if phase.kind != PhaseKind.IMPLEMENTATION or not phase.text.strip():
        return
    said = _what_changed(facts)
    listed = set(normal_paths(phase.files.modify))
    for path, (before, after) in _sides(facts).items() if said else ():
        if path in listed and not says_the_same(before, after):  # which check_files tells
            severity = Severity.WARNING if phase.files.is_inferred else None
            yield finding("file-unchanged", f"{said}; the phase promises code", path=path, severity=severity)


def _what_changed(facts: GateFacts) -> str | None:
    """Return what is all that changed; None where it is work, or what the phase is about."""
    phase, sides = facts.phase, _sides(facts)
    about = " ".join((phase.text, *phase.files.paths()))
    if all(same_code(*both) for both in sides.values()):
        is_meant = _ABOUT_WORDS.search(about) or re.search(r"\.(md|adoc|rst)\b", about)
        return None if is_meant else "only documentation changed"
    if _ABOUT_FORM.search(phase.text) or _ABOUT_WORDS.search(phase.text) or _is_about_tests(phase):
        return None
    code = [both for path, both in sides.items() if not is_for_tests(facts.change, path)]
    if any(not path.endswith(_SILENT) for path in facts.change.changed) or not all(same_work(*both) for both in code):
        return None
    return "what is no test does what it did: names of local variables and attributes are all that changed"


def _sides(facts: GateFacts) -> dict[str, tuple[bytes, bytes]]:
    """Return the changed files of Rust, at base and now; what is not there is empty."""
    change = facts.change
    rust = [path for path in sorted(change.changed) if path.endswith(".rs")]
    return {path: (change.before(path) or b"", change.after(path) or b"") for path in rust}


def _is_about_tests(phase: Phase) -> bool:
    """Return True where tests alone may be all that the phase is to bring."""
    if _ABOUT_TESTS.search(f"{phase.name} {phase.goal or ''}"):
        return True
    return bool(phase.deliverables) and all(map(_ABOUT_TESTS.search, phase.deliverables))
