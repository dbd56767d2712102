"""The gate without a run: two commits, judged as a phase of a plan."""

from pathlib import Path

from prefect import get_run_logger, task

from parsers.read_plan import read_plan
from phasewright.errors import PlanRefused, UsageError
from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.slot import GatePlace
from phasewright.git.history import resolve
from phasewright.located import locate, repository_at
from phasewright.plan import Phase
from phasewright.record.places import Places
from phasewright.result import Verdict

SLOT = 99
"""A slot that no run uses: both may go on at the same time."""


@task(task_run_name="phase {phase_id} · verify", persist_result=False)
async def judge(plan: str, repo: str, phase_id: str, base: str, head: str) -> Verdict:
    """Return what the gate decides about *head* against *base*.

    Raises:
        PlanRefused: the plan has errors and no such phase.
        UsageError: no such file, phase or revision.
        InfrastructureError: the gate itself could not work; never a verdict.
    """
    repository = await repository_at(Path(repo))
    phase = _phase(locate(Path(plan), repository), phase_id, repository.root)
    places = Places.of_repository(repository.name)
    judgement = await judge_commits(
        repository,
        phase,
        await resolve(repository, base),
        await resolve(repository, head),
        place=GatePlace(folder=places.gates, baselines=places.baselines),
        settings=GateSettings(),
        slot=SLOT,
    )
    get_run_logger().info("verdict=%s findings=%d", judgement.verdict.status, len(judgement.verdict.findings))
    return judgement.verdict


def _phase(path: Path, phase_id: str, root: Path) -> Phase:
    plan = read_plan(path, repository=root)
    if found := plan.phase(phase_id):
        return found
    if not plan.is_executable:
        raise PlanRefused(path, plan.diagnostics)
    known = ", ".join(phase.id for phase in plan.phases)
    raise UsageError(f"{path} has no phase {phase_id!r} (phases: {known})")
