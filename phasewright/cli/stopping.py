"""Commands that go on until they are stopped: SIGINT and SIGTERM set an event, and they end in 130."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

STOPPED = 130


def stop_event() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


async def unless_stopped(work: Coroutine[Any, Any, None], stopped: asyncio.Event) -> bool:
    """Return True once *work* has ended, False as soon as a stop is asked for. Errors of *work* rise."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stopped.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (working, stopping):
        task.cancel()
    if not working.done() or working.cancelled():
        return False
    working.result()
    return True
