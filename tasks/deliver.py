"""Delivery: after SUCCESS only, the user's branch moves exactly to the tip of the run's branch."""

from prefect import get_run_logger, task

from phasewright.errors import PhasewrightError
from phasewright.git.delivery import deliver_fast_forward
from phasewright.git.history import dirty_paths
from phasewright.options import Deliver
from phasewright.record.places import INTENT
from tasks.current import current_run


@task(task_run_name="deliver", persist_result=False)
async def deliver() -> bool:
    """Return True when HEAD moved to the run's tip; False, with a warning that says why, when it stayed.

    The work is safe on the run's branch either way.
    """
    run = current_run()
    if run.delivery() != Deliver.FF:
        return False
    tip = await run.tip()
    if dirty := await dirty_paths(run.repository, expected=run.expected_changes()):
        run.warn(f"not delivered: the tree has changes of yours ({', '.join(dirty[:3])}); merge {run.record.branch!r}")
        return False
    try:
        intent = run.places.run(run.id) / INTENT
        await deliver_fast_forward(run.repository, expected_head=run.record.head_at_start, tip=tip, intent=intent)
    except PhasewrightError as problem:
        run.warn(f"not delivered: {problem}; the work is on {run.record.branch!r}")
        return False
    get_run_logger().info("delivered tip=%s", tip)
    run.story.tell("delivered", text=f"HEAD moved to {tip[:10]}")
    return True
