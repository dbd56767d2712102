"""What `prefect.yaml` holds, for those who read it without Prefect's own `deploy`."""

from pathlib import Path
from typing import Any

import yaml


def names_in_braces(root: Path, repository: Path, timezone: str) -> dict[str, str]:
    """Return the values of the names in braces, as an environment.

    Args:
        root: where the flows are.
        repository: the git repository whose plans the nightly run takes.
        timezone: of the nightly run's two o'clock.
    """
    return {
        "PHASEWRIGHT_ROOT": str(root),
        "PHASEWRIGHT_REPO": str(repository.resolve()),
        "PHASEWRIGHT_TIMEZONE": timezone,
    }


def read_deployments(root: Path, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the deployments of `prefect.yaml` with *names* filled in."""
    content = yaml.safe_load((root / "deployments" / "prefect.yaml").read_text())
    braced = {f"{{{{ ${name} }}}}": value for name, value in names.items()}
    return [_filled_in(entry, braced) for entry in content["deployments"]]


def _filled_in(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled_in(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled_in(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value
