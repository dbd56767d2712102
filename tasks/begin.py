"""A run becomes visible: which flow run it is, where the UI shows it, what is going to happen."""

from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from tasks.paperwork import write_run_start
from tasks.run import Run


async def begin(run: Run) -> None:
    """Write down which flow run this is, name it after the run, and log the execution order."""
    flow_run_id = flow_run.get_id()
    assert flow_run_id is not None
    run.note(flow_run_id=flow_run_id)
    async with get_client() as client:
        await client.update_flow_run(UUID(flow_run_id), name=run.id, tags=["phasewright"])
    where = f"{run.record.ui_url}/runs/flow-run/{flow_run_id}" if run.record.ui_url else flow_run_id
    run.story.tell("run-started", text=f"run {run.id} of {run.plan.title}: {where}")
    write_run_start(run)
