"""The automations are what Prefect takes, and cannot end a healthy run."""

from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.settings import get_current_settings

from deployments.automations import read_automations
from deployments.definitions import read_deployments
from phasewright import project_root


def test_a_killed_run_becomes_crashed_and_a_healthy_one_has_time_for_two_heartbeats() -> None:
    (automation,) = read_automations(project_root())
    trigger = automation.trigger

    assert isinstance(trigger, EventTrigger)
    assert Posture.Proactive == trigger.posture
    assert trigger.within.total_seconds() > 2 * (get_current_settings().flows.heartbeat_frequency or 180)
    assert ["change-flow-run-state"] == [action.type for action in automation.actions]


def test_every_flow_that_is_deployed_is_watched() -> None:
    (automation,) = read_automations(project_root())
    entrypoints = [entry["entrypoint"] for entry in read_deployments(project_root(), {})]
    flows = {entrypoint.rpartition(":")[2].replace("_", "-") for entrypoint in entrypoints}
    trigger = automation.trigger

    assert isinstance(trigger, EventTrigger)
    assert flows == set(trigger.match_related.root["prefect.resource.name"])  # type: ignore[union-attr]
