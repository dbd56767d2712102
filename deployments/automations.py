"""Put the automations of `automations.yaml` on the server that prefect is set to. Doing it twice is fine."""

from pathlib import Path

import yaml
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import AutomationCore


def read_automations(root: Path) -> list[AutomationCore]:
    """Return what the file holds."""
    content = yaml.safe_load((root / "deployments" / "automations.yaml").read_text())
    return [AutomationCore.model_validate(entry) for entry in content["automations"]]


async def make_automations(root: Path) -> list[str]:
    """Return the names of the automations that are on the server now; one that somebody switched off stays off."""
    wanted = read_automations(root)
    async with get_client() as client:
        for automation in wanted:
            there = await client.read_automations_by_name(automation.name)
            if there:
                kept = automation.model_copy(update={"enabled": there[0].enabled})
                await client.update_automation(there[0].id, kept)
            else:
                await client.create_automation(automation)
    return [automation.name for automation in wanted]
