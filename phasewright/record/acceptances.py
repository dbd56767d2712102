"""Findings that a person accepted, in a run's private folder, where no agent reaches. An acceptance is of one finding.

It counts for the very same finding alone (code, path, message): what a later attempt does under the same code is
another one.
"""

import getpass
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from phasewright.result import Finding, Judgement

FILE = "acceptances.json"


class Acceptance(BaseModel, frozen=True):
    """One finding of one phase that a person accepted."""

    phase: str
    code: str
    path: str | None
    message: str
    because: str
    who: str
    """The user of this machine."""
    at: datetime

    def covers(self, phase: str, found: Finding) -> bool:
        """True for the finding that was accepted, wherever its line has gone since."""
        return (self.phase, self.code, self.path, self.message) == (phase, found.code, found.path, found.message)


_LIST = TypeAdapter(tuple[Acceptance, ...])


def read_acceptances(folder: Path) -> tuple[Acceptance, ...]:
    """Return what was accepted in the run with this folder."""
    file = folder / FILE
    return _LIST.validate_json(file.read_bytes()) if file.exists() else ()


def keep_acceptances(folder: Path, phase: str, judgement: Judgement) -> None:
    """Add every accepted finding of *judgement* to the run's, in one step."""
    known = read_acceptances(folder)
    now, who = datetime.now(UTC), _user()
    new = [
        Acceptance(phase=phase, code=f.code, path=f.path, message=f.message, because=f.accepted_by, who=who, at=now)
        for f in judgement.verdict.findings
        if f.accepted_by is not None and not any(one.covers(phase, f) for one in known)
    ]
    part = folder / f"{FILE}.part"
    part.write_bytes(_LIST.dump_json((*known, *new), indent=2))
    part.replace(folder / FILE)


def reason_of(acceptances: Sequence[Acceptance], phase: str, found: Finding) -> str | None:
    """Return why a person accepted *found*, None when nobody did."""
    return next((f"{one.because} ({one.who})" for one in acceptances if one.covers(phase, found)), None)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"
