"""`phasewright verify`: the gate alone, on commits; no model, no Prefect."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from phasewright.errors import PhasewrightError, PlanRefused, UsageError
from phasewright.plan import Phase, Severity
from phasewright.result import NOT_CHECKED, Judgement, PhaseStatus

NOT_COMPLETE = 4
VERIFY_SLOT = 99
"""A slot that no run uses: both may go on at the same time."""


class UnknownPhase(PhasewrightError):
    """The plan has no such phase."""

    exit_code = 1


def verify(
    plan: Path | None = None,
    *,
    phase: str | None = None,
    base: str | None = None,
    head: str = "HEAD",
    repo: Path | None = None,
    bundle: str | None = None,
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
    bundle
        Check an evidence bundle instead: a file, or the commit that it is attached to.
    """
    if bundle is not None:
        return asyncio.run(_check_bundle(bundle, repo or Path.cwd()))
    if plan is None or phase is None or base is None:
        raise UsageError("verify needs a plan, --phase and --base (or --bundle); see phasewright verify --help")
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


async def _check_bundle(name: str, folder: Path) -> int:
    """Say whether a bundle is sound, offline; return the exit code."""
    from phasewright.gate.bundle import check_commit_of, read_bundle
    from phasewright.git.history import resolve
    from phasewright.git.notes import read_note
    from phasewright.git.repository import find_repository

    if Path(name).is_file():
        text: str | None = Path(name).read_text(encoding="utf-8", errors="replace")
        repo = None
    else:
        repo = await find_repository(folder)
        text = await read_note(repo, await resolve(repo, name))
    if text is None:
        raise UsageError(f"no evidence is attached to {name!r}")
    evidence, problems = read_bundle(text)
    if evidence is not None and repo is not None:
        problems += await check_commit_of(evidence, repo)
    for problem in problems:
        print(f"{name}: {problem}")
    if evidence is not None and not problems:
        count = len(evidence.tests_after)
        print(f"{name}: sound: {evidence.verdict.status}, {count} tests, candidate {evidence.candidate_commit[:12]}")
    return NOT_COMPLETE if problems else 0


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
    before, after = verdict.tests.before, verdict.tests.after
    print(f"{verdict.status}{reason}")
    print(f"tests: {before.passed} of {before.total} passed before, {after.passed} of {after.total} after")
    order = [Severity.ERROR, Severity.WARNING, Severity.INFO]
    for found in sorted(verdict.findings, key=lambda one: order.index(one.severity)):
        where = f"{found.path}:{found.line}: " if found.line else f"{found.path}: " if found.path else ""
        print(f"{where}{found.severity}[{found.code}]: {found.message}")
    for one in judgement.evidence.criteria:
        is_open = one.met is None and one.witness != NOT_CHECKED
        mark = "open" if is_open else {True: "met", False: "NOT met", None: NOT_CHECKED}[one.met]
        print(f"criterion {mark}: {one.text}" + ("" if one.witness == NOT_CHECKED else f" ({one.witness})"))
