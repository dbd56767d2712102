"""Landing: one at a time, in git plumbing, and only what the gate believes about the tree that will be there."""

from prefect import get_run_logger, task
from pydantic import BaseModel

from phasewright.errors import PhasewrightError
from phasewright.git.history import changed_files, tree_of
from phasewright.git.landing import commit_tree, landing_message, merge_tree, move_branch
from phasewright.git.notes import attach_note
from phasewright.plan import Phase
from phasewright.record.evidence_files import evidence_file
from phasewright.result import Judgement
from tasks.current import current_run
from tasks.run import Run
from tasks.verify import verify


class LandingRefused(PhasewrightError):
    """The candidate passed alone, but the tree merged with what landed meanwhile does not."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        codes = ", ".join(dict.fromkeys(f.code for f in judgement.verdict.errors()))
        super().__init__(f"merged with what landed meanwhile, the work does not pass: {codes}")


class Landing(BaseModel, frozen=True):
    """A landed phase."""

    commit: str
    artifacts: tuple[str, ...]
    judgement: Judgement | None
    """The verdict on the merged tree, where something had landed meanwhile."""


@task(task_run_name="phase {phase_id} · land", persist_result=False)
async def land(phase_id: str, key: str, base: str, candidate: str, attempt: int) -> Landing:
    """Return the landed commit: one parent, the branch's tip; its tree has passed the gate.

    Raises:
        MergeConflict: the candidate does not merge with the branch.
        LandingRefused: it merges, and what comes out does not pass.
    """
    run = current_run()
    phase = run.phase(phase_id)
    async with run.landing:
        tip = await run.tip()
        judgement = None
        tree = await tree_of(run.repository, candidate)
        if tip != base:
            # Checked before the ref moves: two phases may pass alone and fail together.
            tree = await merge_tree(run.repository, tip, candidate)
            merged = await commit_tree(run.repository, tree, tip, _message(run, phase, key, attempt, "pending"))
            judgement = await verify(phase_id, tip, merged, attempt)
            if judgement.reason is not None:
                raise LandingRefused(judgement)
        commit = await commit_tree(run.repository, tree, tip, _message(run, phase, key, attempt, "pass"))
        await move_branch(run.repository, run.record.branch, tip, commit)
    await _attach_evidence(run, phase_id, attempt, commit)
    files = await changed_files(run.repository, tip, commit)
    run.story.tell("landed", phase_id, commit=commit)
    get_run_logger().info("landed commit=%s", commit)
    return Landing(
        commit=commit, artifacts=tuple(f.path for f in (*files.created, *files.modified)), judgement=judgement
    )


def _message(run: Run, phase: Phase, key: str, attempt: int, gate: str) -> str:
    return landing_message(
        f"Phase {phase.id}: {phase.name}",
        plan=run.plan.slug,
        phase=phase.id,
        run=run.id,
        attempt=attempt,
        key=key,
        gate=gate,
    )


async def _attach_evidence(run: Run, phase_id: str, attempt: int, commit: str) -> None:
    evidence = evidence_file(run.places.evidence(run.id), phase_id, attempt)
    if evidence.exists():
        await attach_note(run.repository, commit, evidence.read_text(encoding="utf-8"))
