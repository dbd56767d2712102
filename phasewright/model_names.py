"""Names of models: aliases, names that have ended or will, and what takes their place."""

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

ALIASES = {
    "sonnet": "claude-sonnet-5-5",
    "opus": "claude-opus-5-5",
    "haiku": "claude-haiku-5-5",
    "fable": "claude-fable-5-2",
}
INHERIT = "inherit"

_SUFFIX = r"(-\d{8}|-latest)?(\[1m\])?$"


class _Ending(NamedTuple):
    pattern: str
    last_day: date | None
    """None: it has ended already."""
    successor: str
    replaced_early: bool = True
    """False: used to its last day, with a warning."""


_ENDINGS = (
    _Ending(r"claude-sonnet-4-5" + _SUFFIX, date(2026, 11, 30), "claude-sonnet-5-5"),
    _Ending(r"claude-opus-4-5" + _SUFFIX, date(2027, 1, 22), "claude-opus-5-5", replaced_early=False),
    _Ending(r"claude-mythos-preview" + _SUFFIX, date(2026, 6, 30), "claude-mythos-5-2"),
    _Ending(r"claude-(opus-4|opus-4-0|opus-4-1|4-opus|3(-\d)?-opus)" + _SUFFIX, None, "claude-opus-5-5"),
    _Ending(r"claude-(sonnet-4|sonnet-4-0|4-sonnet|3(-\d)?-sonnet)" + _SUFFIX, None, "claude-sonnet-5-5"),
    _Ending(r"claude-3(-\d)?-haiku" + _SUFFIX, None, "claude-haiku-5-5"),
    _Ending(r"claude-(1|2|v1|v2|instant)\b.*$", None, "claude-sonnet-5-5"),
)
"""Source: the SDK's tables of models and of deprecated models, 2.13.0, read 2026-11-25."""

_CURRENT = re.compile(r"^claude-(sonnet|opus|haiku|fable|mythos)-\d+(-\d+)?(-\d{8})?(\[1m\])?$")


class ModelName(NamedTuple):
    """A name to send, and what should be said about the one that was written."""

    name: str | None
    """None: as the orchestrator."""
    warning: str | None


def resolve_model(written: str | None, today: date | None = None) -> ModelName:
    """Return the model that *written* means: an alias, a full name, `inherit` or nothing.

    >>> resolve_model("sonnet").name
    'claude-sonnet-5-5'
    >>> resolve_model("claude-sonnet-4-5-20250929").warning
    "model 'claude-sonnet-4-5-20250929' ends on 2026-11-30; 'claude-sonnet-5-5' takes its place"
    """
    asked = (written or "").strip()
    if not asked or asked.casefold() == INHERIT:
        return ModelName(None, None)
    if alias := ALIASES.get(asked.casefold()):
        return ModelName(alias, None)
    for ending in _ENDINGS:
        if re.match(ending.pattern, asked):
            return _replaced(asked, ending, today or datetime.now(UTC).date())
    if not _CURRENT.match(asked):
        return ModelName(asked, f"model {asked!r} is none that is known here; it is asked for as written")
    return ModelName(asked.removesuffix("[1m]"), None)


def _replaced(asked: str, ending: _Ending, today: date) -> ModelName:
    when = "has ended" if ending.last_day is None else f"ends on {ending.last_day}"
    if ending.last_day is not None and not ending.replaced_early and today <= ending.last_day:
        name = asked.removesuffix("[1m]")
        return ModelName(name, f"model {asked!r} {when}; change it to {ending.successor!r} before")
    return ModelName(ending.successor, f"model {asked!r} {when}; {ending.successor!r} takes its place")
