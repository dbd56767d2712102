"""Wait for several things at once; when one fails, the others are stopped before its error goes on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")


async def both(one: Awaitable[A], other: Awaitable[B]) -> tuple[A, B]:
    """Return both results."""
    first, second = asyncio.ensure_future(one), asyncio.ensure_future(other)
    async with _stopped_at_the_end([first, second]):
        return await asyncio.gather(first, second)


async def every(these: Sequence[Awaitable[A]]) -> list[A]:
    """Return all results, in the order of *these*."""
    tasks = [asyncio.ensure_future(one) for one in these]
    async with _stopped_at_the_end(tasks):
        return await asyncio.gather(*tasks)


@asynccontextmanager
async def _stopped_at_the_end(tasks: Sequence["asyncio.Future[Any]"]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
