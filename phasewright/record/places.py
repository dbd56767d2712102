"""Where a run keeps what it knows: one private folder per repository under the user's state folder."""

import os
from pathlib import Path

from pydantic import BaseModel

PRIVATE = 0o700
REPORT_JSON = "report.json"
REPORT_TEXT = "report.md"
INTENT = "delivery.json"
"""In a run's folder while its delivery is under way."""


def state_home() -> Path:
    """Return `$XDG_STATE_HOME/phasewright`, made if it is not there, readable by its owner alone."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return _private(Path(base).absolute() / "phasewright")


class Places(BaseModel, frozen=True):
    """The folders of one repository's runs (design section 4, "On disk")."""

    folder: Path

    @classmethod
    def of_repository(cls, name: str) -> "Places":
        """Return the places of the repository with this state name, its folder made private."""
        return cls(folder=_private(state_home() / name))

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.folder / "runs"

    @property
    def results(self) -> Path:
        """Prefect's persisted results: the checkpoints."""
        return _private(self.folder / "results")

    @property
    def gates(self) -> Path:
        """Checkouts and targets of gates; never an agent's."""
        return _private(self.folder / "targets" / "gate")

    @property
    def baselines(self) -> Path:
        """What the gate knows of trees that it saw before."""
        return _private(self.folder / "baselines")

    def run(self, run: str) -> Path:
        """The folder of one run."""
        return _private(self.runs / run)

    def transcripts(self, run: str) -> Path:
        """One JSONL file a conversation."""
        return _private(self.run(run) / "transcripts")

    def evidence(self, run: str) -> Path:
        """One JSON file a judged attempt."""
        return _private(self.run(run) / "evidence")

    def workspace(self, run: str, phase: str) -> Path:
        """A phase's git worktree."""
        return _private(self.folder / "workspaces" / run) / f"phase-{phase}"

    def outputs(self, run: str, phase: str) -> Path:
        """Whole outputs of commands that were too long to show; agents cannot reach it."""
        return _private(self.run(run) / "outputs" / f"phase-{phase}")

    def target(self, run: str, phase: str) -> Path:
        """The target directory of a phase's agents; never a gate's."""
        return _private(self.folder / "targets" / run) / f"phase-{phase}"


def _private(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
    if folder.stat().st_mode & 0o077:
        folder.chmod(PRIVATE)
    return folder
