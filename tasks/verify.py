"""The gate, as a task: a phase counts as complete only if this says so."""

from prefect import get_run_logger, task

from phasewright.gate.gate import judge_commits
from phasewright.result import Judgement
from tasks.accepted import with_acceptances
from tasks.current import current_run
from tasks.paperwork import save_evidence, write_refusal


@task(task_run_name="phase {phase_id} · verify", persist_result=False)
async def verify(
    phase_id: str, base: str, candidate: str, attempt: int, left_out: list[list[str]] | None = None
) -> Judgement:
    """Return what the gate decides about *candidate* against *base*. No agent has any part in it.

    Args:
        left_out: (path, why) pairs that the candidate commit could not take.

    Raises:
        InfrastructureError: the gate itself could not work; never a verdict.
    """
    run = current_run()
    phase = run.phase(phase_id)
    async with run.gate_slots.take(run.dag.priority(phase_id)) as slot:
        run.story.tell("verify-started", phase_id)
        judgement = await judge_commits(
            run.repository,
            phase,
            base,
            candidate,
            place=run.gate_place,
            settings=run.gate_settings,
            slot=slot,
            left_out=tuple((path, why) for path, why in left_out or []),
        )
    judgement = with_acceptances(run, phase_id, judgement)
    verdict, errors = judgement.verdict, judgement.verdict.errors()
    save_evidence(run, phase_id, attempt, judgement)
    if judgement.reason is not None:
        write_refusal(run, phase_id, judgement)
    message = errors[0].message if errors else ""
    run.story.tell("verdict", phase_id, status=str(verdict.status), codes=[f.code for f in errors], message=message)
    get_run_logger().info("verdict=%s findings=%d", verdict.status, len(verdict.findings))
    return judgement
