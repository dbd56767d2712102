"""What a person accepted since: the refused candidate of then may land, and no agent is asked again."""

from typing import NamedTuple

from pydantic import BaseModel

from phasewright.errors import UsageError
from phasewright.gate.accept import NEVER, accepted, counting_codes
from phasewright.gate.bundle import read_bundle
from phasewright.gate.judge import decide
from phasewright.git.history import resolve
from phasewright.plan import Phase
from phasewright.record.acceptances import read_acceptances, reason_of
from phasewright.record.evidence_files import evidence_file, last_judged
from phasewright.result import Judgement
from tasks.run import Run


class AcceptedCandidate(BaseModel, frozen=True):
    """A candidate commit of an earlier attempt, with nothing left against it that was not accepted."""

    attempt: int
    base: str
    commit: str


def with_acceptances(run: Run, phase_id: str, judgement: Judgement) -> Judgement:
    """Return *judgement* with the findings accepted that a person accepted in this run, for the very same finding."""
    known = read_acceptances(run.places.run(run.id))
    judgement = accepted(judgement, lambda found: reason_of(known, phase_id, found)) if known else judgement
    for found in judgement.verdict.findings:
        if found.accepted_by is not None:
            run.warn_once(f"phase {phase_id}: a person accepted {found.code} ({found.message}): {found.accepted_by}")
    return judgement


def acceptable(run: Run, phase_id: str) -> Judgement | None:
    """Return what the gate said last about the phase, where a person may accept all that stands against it."""
    found = _last_judged(run, phase_id)
    if found is None:
        return None
    codes = counting_codes(found.judgement)
    return found.judgement if codes and not NEVER.intersection(codes) else None


async def accepted_candidate(run: Run, phase: Phase) -> AcceptedCandidate | None:
    """Return the phase's last candidate where a person has accepted all that stood against it; None elsewhere."""
    if not any(one.phase == phase.id for one in read_acceptances(run.places.run(run.id))):
        return None
    found = _last_judged(run, phase.id)
    if found is None or counting_codes(with_acceptances(run, phase.id, found.judgement)):
        return None
    evidence = found.judgement.evidence
    try:
        kept = await resolve(run.repository, f"refs/phasewright/{run.id}/{phase.id}/{found.attempt}")
    except UsageError:
        return None
    if kept != evidence.candidate_commit:
        return None
    return AcceptedCandidate(attempt=found.attempt, base=evidence.base_commit, commit=kept)


class _Judged(NamedTuple):
    attempt: int
    judgement: Judgement


def _last_judged(run: Run, phase_id: str) -> _Judged | None:
    """Return the newest judgement on record; None where there is none, or its evidence cannot be believed."""
    folder = run.places.evidence(run.id)
    attempt = last_judged(folder).get(phase_id)
    if attempt is None:
        return None
    evidence, problems = read_bundle(evidence_file(folder, phase_id, attempt).read_text(encoding="utf-8"))
    if evidence is None or problems:
        return None
    reason = decide(evidence.verdict.findings)[1]
    return _Judged(attempt, Judgement(verdict=evidence.verdict, reason=reason, evidence=evidence))
