"""A run becomes visible: which flow run it is, where the UI shows it, what is going to happen."""

from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.settings import get_current_settings
from prefect.states import Crashed

from tasks.paperwork import write_run_start
from tasks.run import Run
from tasks.show import show_progress

_PAGE = 200
_UNFINISHED = frozenset({StateType.RUNNING, StateType.PENDING, StateType.PAUSED, StateType.CANCELLING})


async def begin(run: Run) -> None:
    """Write down which flow run this is, name it after the run, and log the execution order."""
    flow_run_id = flow_run.get_id()
    assert flow_run_id is not None
    former = run.record.flow_run_id
    ui_url = run.record.ui_url or get_current_settings().ui_url
    run.note(flow_run_id=flow_run_id, ui_url=ui_url)
    async with get_client() as client:
        await client.update_flow_run(UUID(flow_run_id), name=run.id, tags=["phasewright"])
        if former is not None and former != flow_run_id:
            await _close(client, UUID(former))
    where = f"{ui_url}/runs/flow-run/{flow_run_id}" if ui_url else flow_run_id
    run.story.tell("run-started", text=f"run {run.id} of {run.plan.title}: {where}")
    write_run_start(run, is_continued=former is not None)
    await show_progress(run)


async def _close(client: PrefectClient, former: UUID) -> None:
    """Let a killed process's flow run and task runs end: they would stay Running for ever.

    The plan's lock is ours, so that process is gone. A server that does not know the flow run is another one.
    """
    try:
        state = (await client.read_flow_run(former)).state
    except ObjectNotFound:
        return
    if state is None or state.type not in _UNFINISHED:
        return
    crashed: State[None] = Crashed(message="its process ended; the run went on as another flow run")
    await client.set_flow_run_state(former, crashed, force=True)
    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[former]))
    offset = 0
    while page := await client.read_task_runs(flow_run_filter=chosen, limit=_PAGE, offset=offset):
        for task_run in page:
            if task_run.state is not None and task_run.state.type in _UNFINISHED:
                await client.set_task_run_state(task_run.id, crashed, force=True)
        offset += len(page)
