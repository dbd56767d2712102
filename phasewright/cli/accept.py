"""`phasewright accept`: a person takes a finding of the gate upon themselves, by name and with a reason."""

import asyncio
from pathlib import Path

from phasewright.errors import UsageError
from phasewright.gate.accept import accept_finding, accepted, counting_codes
from phasewright.gate.bundle import read_bundle
from phasewright.gate.judge import decide
from phasewright.git.repository import find_repository
from phasewright.record.acceptances import keep_acceptances, read_acceptances, reason_of
from phasewright.record.evidence_files import evidence_file, last_judged
from phasewright.record.places import Places
from phasewright.record.run_record import RunRecord, load_record
from phasewright.result import Judgement


def accept(run: str, phase: str, code: str, /, *, because: str, repo: Path = Path()) -> int:
    """Accept what the gate found in a phase's last attempt; `phasewright resume` then lands it.

    The reason goes into the verdict, the evidence, the git note of the landed commit and the report. It holds for
    these very findings: what a later attempt does under the same code is refused again.

    Parameters
    ----------
    run
        The run's id.
    phase
        The phase's id.
    code
        The finding's code, as the report names it.
    because
        Why it is right all the same.
    repo
        The git repository.
    """
    repository = asyncio.run(find_repository(repo.absolute()))
    places = Places.of_repository(repository.name)
    record = load_record(places, run)
    if record.is_alive():
        raise UsageError(f"run {run} is going on; accept when it has ended, or answer what it asks")
    folder, known = places.run(run), read_acceptances(places.run(run))
    judgement = accepted(_last_judgement(places, record, phase), lambda found: reason_of(known, phase, found))
    judgement = accept_finding(judgement, code, because)
    keep_acceptances(folder, phase, judgement)
    left = counting_codes(judgement)
    print(f"accepted {code} in phase {phase} of run {run}: {because.strip()}")
    print(f"still against it: {', '.join(left)}" if left else f"next: phasewright resume {run}")
    return 0


def _last_judgement(places: Places, record: RunRecord, phase: str) -> Judgement:
    """Return what the gate said last about the phase.

    Raises:
        UsageError: it never judged it, what it said is damaged, or there is nothing to accept.
    """
    folder = places.evidence(record.run)
    found = last_judged(folder)
    if phase not in found:
        known = ", ".join(sorted(found)) or "none"
        raise UsageError(f"the gate has judged no phase {phase!r} in run {record.run} (it has: {known})")
    file = evidence_file(folder, phase, found[phase])
    evidence, problems = read_bundle(file.read_text(encoding="utf-8"))
    if evidence is None or problems:
        raise UsageError(f"the evidence {file} cannot be believed: {'; '.join(problems)}")
    status, reason = decide(evidence.verdict.findings)
    if reason is None:
        raise UsageError(f"phase {phase} is {status}: there is nothing to accept")
    return Judgement(verdict=evidence.verdict, reason=reason, evidence=evidence)
