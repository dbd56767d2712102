"""Where the evidence of each judged attempt of a run is kept."""

import re
from pathlib import Path

_NAME = re.compile(r"phase-(?P<phase>.+)-(?P<attempt>\d+)\.json")


def evidence_file(folder: Path, phase: str, attempt: int) -> Path:
    """Return where the evidence of one judged attempt is kept; *folder* is the run's for evidence."""
    return folder / f"phase-{phase}-{attempt}.json"


def last_judged(folder: Path) -> dict[str, int]:
    """Return phase id → its newest attempt with evidence."""
    found: dict[str, int] = {}
    for file in folder.iterdir():
        if match := _NAME.fullmatch(file.name):
            found[match["phase"]] = max(found.get(match["phase"], 0), int(match["attempt"]))
    return found
