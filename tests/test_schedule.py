"""Slots go to the most urgent first, and none is ever lost."""

import asyncio

from phasewright.schedule import Slots


async def test_a_free_slot_goes_to_the_highest_priority() -> None:
    slots, order = Slots(1), []

    async def taker(name: str, priority: int) -> None:
        async with slots.take(priority):
            order.append(name)
            await asyncio.sleep(0)

    async with slots.take():
        waiting = [asyncio.create_task(taker(n, p)) for n, p in [("low", 1), ("high", 5), ("also low", 1)]]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)

    assert ["high", "low", "also low"] == order


async def test_slots_are_numbered_and_bounded() -> None:
    slots, seen, together = Slots(2), set(), 0
    most = 0

    async def taker() -> None:
        nonlocal together, most
        async with slots.take() as number:
            together += 1
            most = max(most, together)
            seen.add(number)
            await asyncio.sleep(0)
            together -= 1

    await asyncio.gather(*(taker() for _ in range(10)))

    assert {0, 1} == seen
    assert 2 == most


async def test_a_cancelled_taker_loses_no_slot() -> None:
    slots = Slots(1)

    async def taker() -> None:
        async with slots.take():
            await asyncio.sleep(60)

    first, second = asyncio.create_task(taker()), asyncio.create_task(taker())
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)

    async with asyncio.timeout(5), slots.take() as number:
        assert 0 == number
