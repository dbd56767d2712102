"""How fast all conversations of a run ask together. A rate limit that one of them meets slows all of them down."""

import asyncio
import time

_FIRST_GAP_SECONDS = 0.5
_LONGEST_GAP_SECONDS = 20.0
_FORGET_BELOW_SECONDS = 0.05


class Pace:
    """Spaces out requests after rate limits; costs nothing before the first one."""

    def __init__(self) -> None:
        self._queue = asyncio.Lock()
        self._next = 0.0
        self._gap = 0.0

    async def wait(self) -> None:
        """Return when the next request may leave, in the order in which callers came."""
        async with self._queue:
            while (left := self.seconds_left()) > 0:
                await asyncio.sleep(left)
            self._next = time.monotonic() + self._gap

    def limited(self, seconds: float) -> None:
        """Let nobody ask for *seconds*, and all of them less often after that."""
        self._next = max(self._next, time.monotonic() + seconds)
        self._gap = min(max(self._gap * 2, min(seconds, _FIRST_GAP_SECONDS)), _LONGEST_GAP_SECONDS)

    def answered(self) -> None:
        """Ask a little more often again."""
        self._gap = self._gap * 0.8 if self._gap > _FORGET_BELOW_SECONDS else 0.0

    def seconds_left(self) -> float:
        """Return how long nobody may ask yet."""
        return max(0.0, self._next - time.monotonic())
