"""A person accepts a finding by its code, with a reason, on record. Nothing that an agent does can."""

from phasewright.errors import UsageError
from phasewright.gate.codes import Weight, weight_of
from phasewright.gate.judge import decide
from phasewright.result import Judgement


def accept_finding(judgement: Judgement, code: str, because: str) -> Judgement:
    """Return *judgement* with every finding under *code* accepted for the reason *because*, and decided anew.

    Verdict and evidence both carry the reason.

    Raises:
        UsageError: no reason, or no finding that counts has this code; names those that do.
    """
    verdict = judgement.verdict
    counting = [found for found in verdict.findings if weight_of(found) is not Weight.NONE]
    codes = sorted({found.code for found in counting})
    if not because.strip():
        raise UsageError("accepting a finding needs a reason: --because TEXT")
    if code not in codes:
        raise UsageError(f"no finding that counts is {code!r} (there are: {', '.join(codes) or 'none'})")
    findings = tuple(
        found.model_copy(update={"accepted_by": because.strip()}) if found in counting and found.code == code else found
        for found in verdict.findings
    )
    status, reason = decide(findings)
    accepted = verdict.model_copy(update={"status": status, "findings": findings})
    evidence = judgement.evidence.model_copy(update={"verdict": accepted})
    return Judgement(verdict=accepted, reason=reason, evidence=evidence)
