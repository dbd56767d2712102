"""The checkpoint: the one cached task. It returns only for a phase that landed, and raises otherwise.

    workspace → orchestrate → candidate commit → gate → land

A refused gate goes back to the agents as findings, in a fresh conversation, for the phase's repair rounds. A conflict
restarts the phase on the new base. The landing commit carries the key, so a crash between landing and saving the
checkpoint costs nothing: git is asked first.
"""

from datetime import UTC, datetime
from typing import Any

from prefect import task
from prefect.cache_policies import CachePolicy
from prefect.context import TaskRunContext

from phasewright.errors import ConversationEnded, MergeConflict, PhasewrightError
from phasewright.gate.digest import digest_for_agent
from phasewright.git.candidate import Candidate, commit_candidate
from phasewright.git.history import changed_files
from phasewright.git.landing import landed_with_key
from phasewright.git.workspace import close_workspace, open_workspace
from phasewright.plan import Phase
from phasewright.result import Judgement, PhaseResult, PhaseStatus
from tasks.accepted import accepted_candidate
from tasks.attempt import Attempt
from tasks.current import current_run
from tasks.honour import is_honoured
from tasks.land import LandingRefused, land
from tasks.orchestrate import orchestrate
from tasks.run import Run
from tasks.verify import verify

RESTARTS = 2
"""New attempts after a conflict, at most."""


class PhaseEnded(PhasewrightError):
    """A phase ended without landing. Raised, never returned: a returned failure would be cached as a success."""

    def __init__(self, result: PhaseResult) -> None:
        self.result = result
        super().__init__(f"phase {result.id} ended {result.status}: {result.error or result.reason}")


class ByKey(CachePolicy):
    """The key is computed before the call: an exception in here would be swallowed and lose every checkpoint."""

    def compute_key(
        self, task_ctx: TaskRunContext, inputs: dict[str, Any], flow_parameters: dict[str, Any], **kwargs: Any
    ) -> str:
        """Return the key that the task was called with."""
        del task_ctx, flow_parameters, kwargs
        return str(inputs["key"])


@task(
    task_run_name="phase {phase_id} · work",
    cache_policy=ByKey(),
    persist_result=True,
    result_serializer="json",
    cache_result_in_memory=False,
)
async def landed_phase(phase_id: str, key: str) -> PhaseResult:
    """Return the phase's result once it has landed.

    Raises:
        PhaseEnded: it did not land; carries how it ended.
        InfrastructureError: our machinery broke; the phase is tried again.
    """
    run = current_run()
    phase = run.phase(phase_id)
    if commit := await landed_with_key(run.repository, run.record.branch, key):
        adopted = await _adopted(run, phase, key, commit)
        if await is_honoured(run, adopted, key):  # landed once, and perhaps taken back by the user since
            return adopted
    result = await _work(run, phase, key)
    if result.status != PhaseStatus.COMPLETE:
        raise PhaseEnded(result)
    return result


async def _adopted(run: Run, phase: Phase, key: str, commit: str) -> PhaseResult:
    files = await changed_files(run.repository, f"{commit}^1", commit)
    now = datetime.now(UTC)
    return PhaseResult(
        id=phase.id,
        name=phase.name,
        status=PhaseStatus.COMPLETE,
        started_at=now,
        ended_at=now,
        landed_commit=commit,
        key=key,
        artifacts=tuple(f.path for f in (*files.created, *files.modified)),
        resumed_from="branch",
    )


async def _work(run: Run, phase: Phase, key: str) -> PhaseResult:
    """Attempt the phase until it lands, or until its rounds are used up."""
    work = Attempt(run, phase, key)
    if landed := await _landed_as_accepted(work):
        return landed
    rounds, restarts = run.repair_rounds_of(phase), RESTARTS
    await _start_over(work)
    while True:
        work.begin()
        try:
            judgement = await _one_attempt(work)
            work.verdict = judgement.verdict
            if judgement.reason is None:
                return await _landed(work, judgement)
            if rounds == 0:
                return work.refused(judgement)
            rounds -= 1
            work.digest = digest_for_agent(judgement)
        except ConversationEnded as end:
            return work.ended(end)
        except (MergeConflict, LandingRefused) as conflict:
            if restarts == 0:
                return work.conflicted(conflict)
            restarts -= 1
            await work.show_conflict(conflict)
            await _start_over(work)


async def _landed_as_accepted(work: Attempt) -> PhaseResult | None:
    """Land what was refused once and a person has accepted since; None where there is no such candidate."""
    found = await accepted_candidate(work.run, work.phase)
    if found is None:
        return None
    work.go_back(found.attempt, found.base, found.commit)
    judgement = await verify(work.phase.id, found.base, found.commit, found.attempt)
    work.verdict = judgement.verdict
    if judgement.reason is not None:
        return None
    try:
        return await _landed(work, judgement)
    except (MergeConflict, LandingRefused):
        return None


async def _start_over(work: Attempt) -> None:
    """Give the phase a clean workspace at the branch's tip."""
    work.base = await work.run.tip()
    await open_workspace(work.run.repository, work.run.workspace(work.phase), work.base)
    work.did("opened a workspace")


async def _one_attempt(work: Attempt) -> Judgement:
    """Let the agents work, commit what they made, and ask the gate."""
    end = await orchestrate(work.phase.id, work.number, work.base, work.digest)
    work.took(end)
    candidate = await _commit(work)
    work.candidate = candidate.commit
    left_out = [list(pair) for pair in candidate.left_out]
    return await verify(work.phase.id, work.base, candidate.commit or work.base, work.number, left_out)


async def _commit(work: Attempt) -> Candidate:
    run, phase = work.run, work.phase
    candidate = await commit_candidate(
        run.repository,
        run.workspace(phase),
        work.base,
        message=f"Phase {phase.id}: {phase.name} (candidate {work.number})",
        ref=f"refs/phasewright/{run.id}/{phase.id}/{work.number}",
        plan_lists=phase.files.paths(),
    )
    work.did("committed a candidate" if candidate.commit else "found nothing to commit")
    return candidate


async def _landed(work: Attempt, judgement: Judgement) -> PhaseResult:
    assert work.candidate is not None
    landing = await land(work.phase.id, work.key, work.base, work.candidate, work.number)
    await close_workspace(work.run.repository, work.run.workspace(work.phase))
    return work.result(
        PhaseStatus.COMPLETE,
        None,
        verdict=landing.judgement.verdict if landing.judgement else judgement.verdict,
        landed_commit=landing.commit,
        artifacts=landing.artifacts,
    )
