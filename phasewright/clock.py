"""Seconds that somebody works. Waiting for a slot, a budget, a quota or a sub-agent is nobody's work."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator

from phasewright.errors import PhasewrightError

_LOOK_SECONDS = 0.25


class OutOfTime(PhasewrightError):
    """A clock has run out; *clock* says which."""

    def __init__(self, clock: "Clock") -> None:
        self.clock = clock
        super().__init__(f"{clock.what} ran out of time after {clock.seconds:g} s")


class Clock:
    """A time limit that runs only while at least one of those who work under it is not waiting.

    Clocks nest: who works under a clock works under its parent too.
    """

    def __init__(self, seconds: float, what: str, parent: "Clock | None" = None) -> None:
        self.seconds = seconds
        self.what = what
        self.parent = parent
        self._active = 0
        self._spent = 0.0
        self._since = 0.0

    def spent(self) -> float:
        """Return the seconds worked so far."""
        return self._spent + (time.monotonic() - self._since if self._active else 0.0)

    def remaining(self) -> float:
        """Return the seconds left here and in every clock above."""
        own = self.seconds - self.spent()
        return own if self.parent is None else min(own, self.parent.remaining())

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Count the block as work, here and above."""
        self._shift(+1)
        try:
            yield
        finally:
            self._shift(-1)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Take the block out of the work of who is inside `working`."""
        self._shift(-1)
        try:
            yield
        finally:
            self._shift(+1)

    @contextlib.asynccontextmanager
    async def enforced(self) -> AsyncIterator[None]:
        """Work until the block ends or this clock has run out; then everything in the block is cancelled.

        Raises:
            OutOfTime: this clock ran out. A parent's own `enforced` answers for the parent.
        """
        with self.working():
            try:
                async with asyncio.timeout(None) as alarm:
                    watcher = asyncio.create_task(self._ring(alarm))
                    try:
                        yield
                    finally:
                        watcher.cancel()
            except TimeoutError as error:
                if alarm.expired():
                    raise OutOfTime(self) from error
                raise

    async def _ring(self, alarm: asyncio.Timeout) -> None:
        while (left := self.seconds - self.spent()) > 0:
            await asyncio.sleep(min(left, _LOOK_SECONDS) if self._active else _LOOK_SECONDS)
        alarm.reschedule(asyncio.get_running_loop().time())

    def _shift(self, by: int) -> None:
        self._spent = self.spent()
        self._since = time.monotonic()
        self._active += by
        if self.parent is not None:
            self.parent._shift(by)
