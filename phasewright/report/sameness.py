"""Whether two runs came to the same report: what was found, not when, where or under which name."""

from collections.abc import Iterator
from typing import Any

from phasewright.result import RunReport

_NEW_IN_EVERY_RUN = frozenset(
    {"run", "plan", "branch", "logs", "started_at", "duration_seconds", "base_commit", "head_commit"}
    | {"candidate_commit", "landed_commit", "attempts", "usage", "message"}
)
"""Names, times and places; commits hold times too, their trees are compared. A crash adds attempts and costs."""


def report_differences(then: RunReport, now: RunReport) -> tuple[str, ...]:
    """Return `place: value then, value now` for each difference, such as `phases.0.status: COMPLETE, PARTIAL`."""
    return tuple(_differences("", then.model_dump(mode="json"), now.model_dump(mode="json")))


def _differences(place: str, then: Any, now: Any) -> Iterator[str]:
    if isinstance(then, dict) and isinstance(now, dict):
        for name in sorted((then.keys() | now.keys()) - _NEW_IN_EVERY_RUN):
            yield from _differences(f"{place}.{name}".strip("."), then.get(name), now.get(name))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for n, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _differences(f"{place}.{n}", one, other)
    elif then != now:
        yield f"{place}: {_short(then)} then, {_short(now)} now"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
