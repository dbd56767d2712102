"""Every plan that is ready, one after the other, with nobody there."""

from datetime import datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State

from flows.execute_plan import DEFAULTS, execute_plan
from parsers.ready_plans import ready_plans
from phasewright.git.repository import find_repository
from phasewright.options import OnFailure, RunOptions
from phasewright.time_of_day import next_time
from tasks.states import NOT_STARTED, SUCCESS, night_state


@flow(name="nightly", validate_parameters=True, persist_result=False)
async def nightly(repo: str, options: RunOptions = DEFAULTS, until: str | None = None) -> State[dict[str, str]]:
    """Run every ready plan of a repository; a plan that fails does not stop the next, and a ready one
    that cannot be run is named. Unfinished runs are continued.

    Args:
        repo: Path of the git repository; its plans are in .ai/plans.
        options: What to do differently from the defaults. A failed phase does not end a run unless asked for.
        until: Time of day, such as 06:00, after which no further plan starts. The worker's local time.
    """
    began = datetime.now().astimezone()
    ends = next_time(until, began) if until else None
    root = (await find_repository(Path(repo).absolute())).root
    settled = options if options.on_failure else options.model_copy(update={"on_failure": OnFailure.CONTINUE})
    ready = ready_plans(root)
    ended = {str(plan.relative_to(root)): f"Refused: {why}" for plan, why in ready.refused.items()}
    for plan in ready.plans:
        name = str(plan.relative_to(root))
        if ends and datetime.now().astimezone() >= ends:
            ended[name] = NOT_STARTED
            continue
        # A refused or broken run is this plan's end and no other's: its state is looked at, nothing rises.
        state = await execute_plan(plan=str(plan), repo=str(root), options=settled, return_state=True)
        ended[name] = SUCCESS if state.is_completed() else f"{state.name}: {state.message}"
        get_run_logger().info("plan=%s ended=%s", name, ended[name])
    return night_state(ended)
