"""A repository with its base commit and a place for gates: candidates go in, verdicts come out."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from support_crates import Files, commit, new_repository

from phasewright.gate.checks.all import CHECKS, Check
from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.slot import GatePlace
from phasewright.gate.validation import Validation, validate_commit
from phasewright.git.repository import find_repository
from phasewright.plan import Phase
from phasewright.result import Judgement, PhaseStatus


class World(NamedTuple):
    """One repository; its baseline and its target serve every candidate."""

    repo: Path
    base: str
    place: GatePlace
    settings: GateSettings = GateSettings()

    async def judge(self, files: Files, phase: Phase, *, checks: Sequence[Check] = CHECKS) -> Judgement:
        """Return the judgement on *files* as the phase's work."""
        candidate = commit(self.repo, files, parent=self.base)
        repo = await find_repository(self.repo)
        place, settings = self.place, self.settings
        return await judge_commits(repo, phase, self.base, candidate, place=place, settings=settings, checks=checks)

    async def validate(self, files: Files) -> Validation:
        """Return what final validation says of *files*."""
        head = commit(self.repo, files, parent=self.base)
        repo = await find_repository(self.repo)
        return await validate_commit(repo, self.base, head, place=self.place, settings=self.settings)


def new_world(root: Path, files: Files, settings: GateSettings | None = None) -> World:
    """Return a world in *root*, whose repository begins with *files*."""
    root.chmod(0o755)
    base = new_repository(root / "repo", files)
    place = GatePlace(folder=root / "gates", baselines=root / "baselines")
    return World(root / "repo", base, place, settings or GateSettings())


def said(judgement: Judgement) -> tuple[PhaseStatus, list[str]]:
    """Return the status and the codes that count."""
    return judgement.verdict.status, sorted({found.code for found in judgement.verdict.errors()})
