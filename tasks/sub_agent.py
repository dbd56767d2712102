"""A sub-agent's conversation, as a task of its own, named with its phase and what it is."""

from prefect import task

from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.sub_agent import run_sub_agent
from tasks.current import current_run


@task(task_run_name="phase {phase_id} · {agent} {number}", persist_result=False)
async def sub_agent(phase_id: str, agent: str, number: int, delegation: Delegation) -> DelegationResult:
    """Return the sub-agent's summary and, from git, the files that it changed. *agent* and *number* name the task."""
    del agent, number
    run = current_run()
    work = run.at_work[phase_id]
    return await run_sub_agent(delegation, work.job, run.ready.model, observe=work.observer)
