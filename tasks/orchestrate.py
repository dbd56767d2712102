"""The orchestrator's conversation, as a task: it delegates to sub-agents, which are tasks of their own, and claims."""

from prefect import get_run_logger, task

from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import JobLimits, PhaseJob
from phasewright.agent.orchestrator import OrchestratorEnd
from phasewright.agent.orchestrator import orchestrate as converse
from phasewright.dag import reasons_to_wait
from phasewright.plan import Phase
from tasks.current import current_run
from tasks.observe import PhaseObserver
from tasks.run import AtWork, Run
from tasks.sub_agent import sub_agent


@task(task_run_name="phase {phase_id} · orchestrate", persist_result=False)
async def orchestrate(phase_id: str, attempt: int, base: str, digest: str | None) -> OrchestratorEnd:
    """Return what the orchestrator claims and what its conversations cost. Nothing of it is evidence.

    Args:
        digest: what the attempt before was refused for; None in a first attempt.

    Raises:
        ConversationEnded: without a usable last turn; its reason tells a timeout from a budget from a refusal.
    """
    run = current_run()
    phase = run.phase(phase_id)
    job = _job(run, phase, attempt, base, digest)
    observer = PhaseObserver(run, phase, attempt, get_run_logger())
    run.at_work[phase_id] = AtWork(job, observer)

    async def delegate(delegation: Delegation) -> DelegationResult:
        return await sub_agent(phase_id, delegation.agent, delegation.n, delegation)

    return await converse(job, run.ready.model, delegate=delegate, observe=observer)


def _job(run: Run, phase: Phase, attempt: int, base: str, digest: str | None) -> PhaseJob:
    """Return all that the attempt's conversations are made of."""
    toolchain, workspace = run.ready.toolchain, run.workspace(phase)
    return PhaseJob(
        run=run.id,
        plan_title=run.plan.title,
        plan_path=run.plan_name,
        phase=phase,
        attempt=attempt,
        waited_for=reasons_to_wait(phase, run.dag),
        upstream_notes=run.notes_for(phase),
        findings_digest=digest,
        model=run.options.model,
        limits=JobLimits(
            max_turns=run.options.max_turns,
            phase_seconds=run.timeout_of(phase),
            agent_seconds=run.options.agent_timeout,
        ),
        base=base,
        workspace=workspace,
        target=run.places.target(run.id, phase.id),
        outputs=run.places.outputs(run.id, phase.id),
        repository=run.repository.root,
        git_dir=run.repository.git_dir,
        view=toolchain.view(workspace),
        quick=toolchain.quick,
        details_log=str(run.details_log(phase)),
        agents=run.book.for_owner(phase.owner),
        skills=run.book.skills,
    )
