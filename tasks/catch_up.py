"""A continued run whose HEAD has moved since: HEAD is first merged into the run's branch, verified like a landing."""

from prefect import task

from phasewright.errors import MergeConflict, PhasewrightError
from phasewright.gate.validation import validate_commit
from phasewright.git.command import git
from phasewright.git.history import is_ancestor
from phasewright.git.landing import merge_tree, move_branch
from tasks.current import current_run
from tasks.run import Run


class HeadDoesNotFit(PhasewrightError):
    """The user's new commits do not go together with what the run has landed."""

    exit_code = 4


@task(task_run_name="catch up", persist_result=False)
async def catch_up() -> str:
    """Return the branch's tip once the user's HEAD is part of it.

    Raises:
        HeadDoesNotFit: a conflict, or the merged tree is not green; says how to merge by hand.
    """
    run = current_run()
    tip, head = await run.tip(), run.record.head_at_start
    if await is_ancestor(run.repository, head, tip) or run.record.base_is_snapshot:
        return tip
    merged = await _merged(run, tip, head)
    async with run.gate_slots.take() as slot:
        validation = await validate_commit(
            run.repository, head, merged, place=run.gate_place, settings=run.gate_settings, slot=slot
        )
    if not validation.passed:
        codes = ", ".join(dict.fromkeys(f.code for f in validation.findings))
        raise HeadDoesNotFit(f"HEAD merged into {run.record.branch!r} is not green ({codes}); {_by_hand(run)}")
    await move_branch(run.repository, run.record.branch, tip, merged)
    run.story.tell("caught-up", text=f"HEAD {head[:10]} merged into the run's branch")
    return merged


async def _merged(run: Run, tip: str, head: str) -> str:
    try:
        tree = await merge_tree(run.repository, tip, head)
    except MergeConflict as conflict:
        raise HeadDoesNotFit(f"HEAD has moved and does not merge: {conflict}; {_by_hand(run)}") from conflict
    message = f"Merge HEAD into run {run.id}\n\nRun: {run.id}\n"
    return (await git(run.repository, "commit-tree", tree, "-p", tip, "-p", head, stdin=message.encode())).strip()


def _by_hand(run: Run) -> str:
    return f"merge by hand (git switch {run.record.branch}; git merge -), or start anew with --fresh"
