"""A person accepts a finding by its code, with a reason, on record. Nothing that an agent does can."""

from collections.abc import Callable, Sequence

from phasewright.errors import UsageError
from phasewright.gate.codes import Weight, weight_of
from phasewright.gate.judge import decide
from phasewright.result import Finding, Judgement

NEVER = frozenset({"no-changes", "left-out", "build-failed", "build-deadline", "manifest-broken", "lock-stale"})
"""Nothing to land, or what would land does not build: the run's branch is green at every commit."""


def accept_finding(judgement: Judgement, code: str, because: str) -> Judgement:
    """Return *judgement* with every finding under *code* accepted for the reason *because*, and decided anew.

    Verdict and evidence both carry the reason.

    Raises:
        UsageError: no reason, a code that nobody can accept, or no finding that counts has it; names those that do.
    """
    codes = counting_codes(judgement)
    if not because.strip():
        raise UsageError("accepting a finding needs a reason: --because TEXT")
    if code not in codes:
        raise UsageError(f"no finding that counts is {code!r} (there are: {', '.join(codes) or 'none'})")
    if code in NEVER:
        raise UsageError(f"{code!r} cannot be accepted: there is nothing to land, or it does not build")
    return accepted(judgement, lambda found: because.strip() if found.code == code else None)


def accepted(judgement: Judgement, why: Callable[[Finding], str | None]) -> Judgement:
    """Return *judgement* with each counting finding accepted for which *why* gives a reason, and decided anew."""
    findings = with_reasons(judgement.verdict.findings, why)
    status, reason = decide(findings)
    verdict = judgement.verdict.model_copy(update={"status": status, "findings": findings})
    evidence = judgement.evidence.model_copy(update={"verdict": verdict})
    return Judgement(verdict=verdict, reason=reason, evidence=evidence)


def with_reasons(findings: Sequence[Finding], why: Callable[[Finding], str | None]) -> tuple[Finding, ...]:
    """Return the findings, those that count and can be accepted with the reason that *why* gives for them."""
    return tuple(
        found.model_copy(update={"accepted_by": because})
        if weight_of(found) is not Weight.NONE and found.code not in NEVER and (because := why(found))
        else found
        for found in findings
    )


def counting_codes(judgement: Judgement) -> list[str]:
    """Return the codes of the findings that keep the phase from being complete, sorted."""
    return sorted({found.code for found in judgement.verdict.findings if weight_of(found) is not Weight.NONE})
