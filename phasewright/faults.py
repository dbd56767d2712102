"""What can go wrong between us and the model's service, as one value: try again or not, and which reason it ends in."""

import email.utils
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import BaseModel

from phasewright.result import Reason

SPENT_CODES = frozenset(
    {
        "enforced_spend_limit_reached",
        "contract_spend_limit_reached",
        "linked_organization_spend_limit_reached",
        "organization_on_hold",
    }
)
"""A 429 with one of these never gets better by waiting, whatever its headers say."""

_STATUS_OF_STREAM_ERROR = {
    "overloaded_error": 529,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
}
"""Errors that arrive inside a stream, after a 200."""


_CONTEXT_FULL = ("prompt is too long", "exceed context limit")
"""How the service words a 400 for a conversation that is longer than the model's context."""


class Fault(BaseModel, frozen=True):
    """One failed try of a turn."""

    kind: str
    """Error type as the service names it, or ours: `connection`, `incomplete`."""
    status: int | None = None
    """HTTP status; None: no answer, or a broken one."""
    code: str | None = None
    message: str
    can_retry: bool
    retry_after_seconds: float | None = None
    """What the service asked for; None: nothing."""
    reason: Reason

    @property
    def is_rate_limit(self) -> bool:
        """True for a 429 that waiting helps against."""
        return self.status == 429 and self.can_retry

    @property
    def is_context_full(self) -> bool:
        """True for a request that is longer than the model can take."""
        return self.status == 400 and any(words in self.message for words in _CONTEXT_FULL)

    def sentence(self, tries: int) -> str:
        """Return what happened, for people."""
        said = " ".join(str(part) for part in (self.status, self.code or self.kind) if part)
        times = f" after {tries} tries" if tries > 1 else ""
        return f"the model service failed{times}: {said}: {self.message[:300]}"


def fault_of_status(
    status: int, *, kind: str | None, code: str | None, message: str, headers: Mapping[str, str]
) -> Fault:
    """Judge an error that the service answered with, as status or inside a stream (then *status* is 200)."""
    if status == 200:
        status = _STATUS_OF_STREAM_ERROR.get(kind or "", 400)
    spent = code in SPENT_CODES
    can_retry = (status in {408, 409, 429} or status >= 500) and not spent and headers.get("x-should-retry") != "false"
    if spent:
        reason = Reason.BUDGET
    elif status == 429:
        reason = Reason.RATE_LIMITED
    else:
        reason = Reason.MODEL_ERROR
    return Fault(
        kind=kind or "error",
        status=status,
        code=code,
        message=message,
        can_retry=can_retry,
        retry_after_seconds=retry_after(headers),
        reason=reason,
    )


def fault_of_connection(message: str) -> Fault:
    """Judge a connection that could not be made or broke."""
    return Fault(kind="connection", message=message, can_retry=True, reason=Reason.MODEL_ERROR)


def fault_of_reply(message: str) -> Fault:
    """Judge a reply that did not come whole or cannot be read."""
    return Fault(kind="incomplete", message=message, can_retry=True, reason=Reason.MODEL_ERROR)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the service asks to wait: milliseconds, seconds or a date; None where it names none."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        if not (text := headers.get("retry-after")):
            return None
        if text.replace(".", "", 1).isdigit():
            return float(text)
        when = email.utils.parsedate_to_datetime(text)
        return max(0.0, (when - datetime.now(when.tzinfo or UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
