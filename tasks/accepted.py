"""What a person accepted since: the refused candidate of then may land, and no agent is asked again."""

from pydantic import BaseModel

from phasewright.errors import UsageError
from phasewright.gate.accept import accepted, counting_codes
from phasewright.gate.bundle import read_bundle
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


async def accepted_candidate(run: Run, phase: Phase) -> AcceptedCandidate | None:
    """Return the phase's last candidate where a person has accepted all that stood against it; None elsewhere."""
    if not any(one.phase == phase.id for one in read_acceptances(run.places.run(run.id))):
        return None
    folder = run.places.evidence(run.id)
    attempt = last_judged(folder).get(phase.id)
    if attempt is None:
        return None
    evidence, problems = read_bundle(evidence_file(folder, phase.id, attempt).read_text(encoding="utf-8"))
    if evidence is None or problems:
        return None
    judgement = Judgement(verdict=evidence.verdict, reason=None, evidence=evidence)
    if counting_codes(with_acceptances(run, phase.id, judgement)):
        return None
    try:
        kept = await resolve(run.repository, f"refs/phasewright/{run.id}/{phase.id}/{attempt}")
    except UsageError:
        return None
    if kept != evidence.candidate_commit:
        return None
    return AcceptedCandidate(attempt=attempt, base=evidence.base_commit, commit=kept)
