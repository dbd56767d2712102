"""Slots that are given to the most urgent first, where there are fewer slots than takers."""

import asyncio
import contextlib
import heapq
from collections.abc import AsyncIterator


class Slots:
    """A bounded number of numbered slots. A free slot goes to the waiting taker with the highest priority.

    Takers of the same priority are served in the order in which they came.
    """

    def __init__(self, count: int) -> None:
        self._free = list(range(count))
        self._waiting: list[tuple[int, int, asyncio.Future[int]]] = []
        self._arrivals = 0

    @contextlib.asynccontextmanager
    async def take(self, priority: int = 0) -> AsyncIterator[int]:
        """Hold a slot; its number (from 0) tells what goes with it, such as a target directory."""
        slot = await self._acquire(priority)
        try:
            yield slot
        finally:
            self._release(slot)

    async def _acquire(self, priority: int) -> int:
        if self._free:
            return heapq.heappop(self._free)
        self._arrivals += 1
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-priority, self._arrivals, turn))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release(turn.result())
            raise

    def _release(self, slot: int) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(slot)
                return
        heapq.heappush(self._free, slot)
