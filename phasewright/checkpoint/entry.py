"""One checkpoint of the plan file: how a phase ended, in the words that people read there."""

import re
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel

from phasewright.result import PhaseResult, PhaseStatus

ERROR_LIMIT = 4000
"""Characters of an error that stand in the plan; the logs hold the rest."""


class CheckpointStatus(StrEnum):
    """How a phase ended, as the plan file says it."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    FAILED = "failed"
    TIMEOUT = "timeout"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def is_done(self) -> bool:
        """True where the phase needs no more work."""
        return self in {CheckpointStatus.COMPLETE, CheckpointStatus.SKIPPED}


class Checkpoint(BaseModel, frozen=True):
    """One entry under `## Execution Checkpoints`."""

    phase: str
    """The phase's id as written in the plan."""
    status: CheckpointStatus
    ended_at: datetime | None = None
    """`completed_at` where the phase is done, else `failed_at`. None: not given."""
    artifacts: tuple[str, ...] = ()
    commit: str | None = None
    key: str | None = None
    error: str | None = None
    last_successful_step: str | None = None


def checkpoint_of(result: PhaseResult) -> Checkpoint:
    """Return the entry that says how *result* ended."""
    done = result.status in {PhaseStatus.COMPLETE, PhaseStatus.SKIPPED}
    return Checkpoint(
        phase=result.id,
        status=CheckpointStatus(result.status.value.lower()),
        ended_at=result.ended_at,
        artifacts=result.artifacts,
        commit=result.landed_commit,
        key=result.key,
        error=None if done else result.error or (result.reason.value if result.reason else None),
        last_successful_step=None if done else result.last_successful_step,
    )


def render_checkpoint(entry: Checkpoint) -> list[str]:
    """Return the entry's lines, without line ends: the seed's form, every free text on one quoted line."""
    time_name = "completed_at" if entry.status.is_done else "failed_at"
    fields = [("status", entry.status.value)]
    if entry.ended_at is not None:
        fields.append((time_name, entry.ended_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
    if entry.artifacts or entry.status == CheckpointStatus.COMPLETE:
        fields.append(("artifacts", f"[{', '.join(map(_scalar, entry.artifacts))}]"))
    fields += [(name, _scalar(value)) for name, value in (("commit", entry.commit), ("key", entry.key)) if value]
    if entry.error is not None:
        fields.append(("error", quote(_shortened(entry.error))))
    if entry.last_successful_step is not None:
        fields.append(("last_successful_step", quote(_shortened(entry.last_successful_step))))
    return [f"- {_key(entry.phase)}:", *(f"    {name}: {value}" for name, value in fields)]


def quote(text: str) -> str:
    r"""Return *text* as a double-quoted YAML scalar of one line, whatever is in it.

    >>> quote('said "no"\n```')
    '"said \\"no\\"\\n```"'
    """
    return f'"{"".join(map(_escaped, text))}"'


_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# What YAML does not take as it is, what breaks lines somewhere, and what turns the reading direction.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    return f"\\u{ord(character):04x}" if _UNPRINTABLE.match(character) else character


def _shortened(text: str) -> str:
    rest = len(text) - ERROR_LIMIT
    return text if rest <= 0 else f"{text[:ERROR_LIMIT]}… ({rest} more characters in the log)"


_PLAIN = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./+-]*")
_TAKEN_FOR_SOMETHING_ELSE = re.compile(
    r"(?i)y|yes|n|no|on|off|true|false|null|[-+.0-9][0-9._]*(e[-+]?[0-9]*)?|0[xob][0-9a-f_]*|\.inf|\.nan|[0-9-]{8,10}"
)


def _scalar(text: str) -> str:
    """Return *text* as it is where every YAML reader takes it for that text, else quoted."""
    plain = _PLAIN.fullmatch(text) and not _TAKEN_FOR_SOMETHING_ELSE.fullmatch(text)
    return text if plain else quote(text)


def _key(phase: str) -> str:
    name = f"phase_{phase}"
    return name if _PLAIN.fullmatch(name) else quote(name)
