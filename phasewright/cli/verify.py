"""`phasewright verify`: the gate alone, on commits; no model, no Prefect."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from phasewright.errors import PhasewrightError, PlanRefused
from phasewright.plan import Phase, Severity
from phasewright.result import Judgement, PhaseStatus

NOT_COMPLETE = 4


class UnknownPhase(PhasewrightError):
    """The plan has no such phase."""

    exit_code = 1


def verify(
    plan: Path,
    *,
    phase: str,
    base: str,
    head: str = "HEAD",
    repo: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print the verdict as JSON.")] = False,
) -> int:
    """Judge the work between two commits as a phase of a plan. No model is asked.

    Parameters
    ----------
    plan
        The plan's file.
    phase
        The phase's id.
    base
        The commit that the work started from.
    head
        The commit that holds the work.
    repo
        A folder in the repository; the plan's own folder if not given.
    """
    judgement = asyncio.run(_judge(plan, phase, base, head, repo))
    if as_json:
        print(judgement.verdict.model_dump_json(indent=2))
    else:
        _print(judgement)
    return 0 if judgement.verdict.status == PhaseStatus.COMPLETE else NOT_COMPLETE


async def _judge(path: Path, phase_id: str, base: str, head: str, folder: Path | None) -> Judgement:
    from phasewright.gate.facts import GateSettings
    from phasewright.gate.gate import judge_commits
    from phasewright.gate.slot import GatePlace
    from phasewright.git.history import resolve
    from phasewright.git.repository import find_repository
    from phasewright.record.places import Places

    phase = _phase(path, phase_id)
    repo = await find_repository(folder or path.absolute().parent)
    places = Places.of_repository(repo.name)
    return await judge_commits(
        repo,
        phase,
        await resolve(repo, base),
        await resolve(repo, head),
        place=GatePlace(folder=places.gates, baselines=places.baselines),
        settings=GateSettings(),
        slot=VERIFY_SLOT,
    )


VERIFY_SLOT = 99
"""A slot that no run uses: both may go on at the same time."""


def _phase(path: Path, phase_id: str) -> Phase:
    from parsers.read_plan import read_plan

    plan = read_plan(path)
    found = plan.phase(phase_id)
    if found is None and not plan.is_executable:
        raise PlanRefused(path, plan.diagnostics)
    if found is None:
        known = ", ".join(phase.id for phase in plan.phases)
        raise UnknownPhase(f"{path} has no phase {phase_id!r} (phases: {known})")
    return found


def _print(judgement: Judgement) -> None:
    verdict = judgement.verdict
    reason = f" ({judgement.reason})" if judgement.reason else ""
    tests = verdict.tests
    print(f"{verdict.status}{reason}")
    before, after = tests.before, tests.after
    print(f"tests: {before.passed} of {before.total} passed before, {after.passed} of {after.total} after")
    order = [Severity.ERROR, Severity.WARNING, Severity.INFO]
    for found in sorted(verdict.findings, key=lambda one: order.index(one.severity)):
        where = f"{found.path}:{found.line}: " if found.line else f"{found.path}: " if found.path else ""
        print(f"{where}{found.severity}[{found.code}]: {found.message}")
