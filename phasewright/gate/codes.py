"""Every code that a finding may carry, with what it weighs. docs/gate.md has a section for each; a test compares.

The weight decides status and reason (judge.py): tamper before error before promise.
"""

from enum import StrEnum
from typing import NamedTuple

from phasewright.plan import Severity
from phasewright.result import Finding


class Weight(StrEnum):
    """What a finding of severity error does to the verdict."""

    TAMPER = "tamper"
    ERROR = "error"
    PROMISE = "promise"
    NO_CHANGES = "no-changes"
    DEADLINE = "deadline"
    NONE = "none"
    """Told, never held against the phase."""


class Code(NamedTuple):
    """What a code means by default."""

    check: str
    weight: Weight
    severity: Severity = Severity.ERROR


_T, _E, _P, _N = Weight.TAMPER, Weight.ERROR, Weight.PROMISE, Weight.NONE

CODES: dict[str, Code] = {
    # the commit
    "no-changes": Code("commit", Weight.NO_CHANGES),
    "plan-edited": Code("commit", _T),
    "agents-edited": Code("commit", _T),
    "protected-path": Code("commit", _T),
    "link-added": Code("commit", _T),
    "case-collision": Code("commit", _T),
    "nested-repository": Code("commit", _T),
    "left-out": Code("commit", _E),
    "outside-scope": Code("commit", _N, Severity.INFO),
    # promised files
    "name-missing": Code("files", _P),
    "name-not-removed": Code("files", _P),
    "signature-differs": Code("files", _P),
    "file-missing": Code("files", _P),
    "file-other-case": Code("files", _P),
    "file-unchanged": Code("files", _P),
    "file-empty": Code("files", _P),
    "file-no-code": Code("files", _P),
    "file-not-regular": Code("files", _P),
    "file-not-deleted": Code("files", _P),
    "file-not-compiled": Code("files", _P),
    # manifests
    "crate-missing": Code("manifest", _P),
    "crate-unresolved": Code("manifest", _P),
    "manifest-broken": Code("manifest", _E),
    "lock-stale": Code("manifest", _E),
    "manifest-target": Code("manifest", _T),
    "manifest-workspace": Code("manifest", _T),
    "manifest-profile": Code("manifest", _T),
    "manifest-lints": Code("manifest", _T),
    "manifest-patch": Code("manifest", _T),
    "manifest-features": Code("manifest", _T),
    "dependency-replaced": Code("manifest", _T),
    # source, as a syntax tree
    "unparsed": Code("source", _N, Severity.WARNING),
    "stub-macro": Code("source", _E),
    "stub-compiled": Code("source", _E),
    "empty-body": Code("source", _E),
    "constant-body": Code("source", _N, Severity.WARNING),
    "constants-only": Code("source", _P),
    "equality-hollow": Code("source", _E),
    "derive-replaced": Code("source", _E),
    "gate-added": Code("source", _E),
    "lint-silenced": Code("source", _E),
    "format-skipped": Code("source", _E),
    "escape-hatch": Code("source", _E),
    "trivial-assert": Code("source", _E),
    "test-without-assert": Code("source", _E),
    "test-apart": Code("source", _P),
    "answers-by-heart": Code("source", _P),
    "reads-the-tests": Code("source", _E),
    "assert-changed": Code("source", _E),
    "assert-removed": Code("source", _E),
    "test-body-changed": Code("source", _E),
    "test-helper-changed": Code("source", _E),
    "doc-test-changed": Code("tests", _E),
    "test-data-changed": Code("source", _E),
    # format and lint
    "unformatted": Code("format", _E),
    "format-failed": Code("format", _E),
    "lint": Code("lint", _E),
    "format-hidden": Code("format", _E),
    "lint-hidden": Code("lint", _E),
    # build and tests
    "build-failed": Code("build", _E),
    "build-deadline": Code("build", Weight.DEADLINE),
    "baseline-broken": Code("build", _N, Severity.WARNING),
    "checkout-changed": Code("build", _T),
    "test-regressed": Code("tests", _E),
    "test-vanished": Code("tests", _E),
    "newly-ignored": Code("tests", _E),
    "new-test-fails": Code("tests", _E),
    "new-test-ignored": Code("tests", _N, Severity.WARNING),
    "test-replaced": Code("tests", _E),
    "test-moved": Code("tests", _N, Severity.WARNING),
    "base-test-fails": Code("probes", _E),
    "vacuous-test": Code("probes", _P),
    "right-only-in-tests": Code("probes", _E),
    "any-answer-passes": Code("probes", _P),
    "never-returns": Code("probes", _E),
    "unproven": Code("probes", _P, Severity.WARNING),
    "probe-unanswered": Code("probes", _N, Severity.INFO),
    "test-removed": Code("tests", _N, Severity.INFO),
    "test-deadline": Code("tests", Weight.DEADLINE),
    "report-broken": Code("tests", _T),
    "harness-replaced": Code("tests", _T),
    "doc-tests-failed": Code("tests", _E),
    "pre-existing": Code("tests", _N, Severity.INFO),
    "fixed": Code("tests", _N, Severity.INFO),
    "flaky": Code("tests", _N, Severity.WARNING),
    # blast radius
    "zero-tests": Code("blast-radius", _P),
    "blast-radius-unread": Code("blast-radius", _N, Severity.WARNING),
    "blast-radius-note": Code("blast-radius", _N, Severity.INFO),
    # what the plan itself asks for
    "criterion-failed": Code("criteria", _P),
    "contradicts-plan": Code("criteria", _P),
    "not-verified": Code("criteria", _P),
    "script-failed": Code("packages", _E),
    "script-changed": Code("packages", _T),
    # design phases
    "design-thin": Code("design", _N, Severity.WARNING),
    "design-placeholder": Code("design", _P),
    "design-incomplete": Code("design", _P),
    "design-repeats-plan": Code("design", _P),
    "design-passes-over": Code("design", _P),
    "link-broken": Code("design", _P),
    "diagram-broken": Code("design", _P),
}


def finding(
    code: str, message: str, *, path: str | None = None, line: int | None = None, severity: Severity | None = None
) -> Finding:
    """Return a finding under *code*, with its check and, unless given, its severity."""
    known = CODES[code]
    return Finding(
        check=known.check, code=code, severity=severity or known.severity, message=message, path=path, line=line
    )


def weight_of(found: Finding) -> Weight:
    """Return what *found* does to the verdict: nothing unless it is an error that no person accepted."""
    if found.severity != Severity.ERROR or found.accepted_by is not None:
        return Weight.NONE
    known = CODES.get(found.code)
    return known.weight if known else Weight.ERROR
