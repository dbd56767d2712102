"""What every test has: a private home for all state, and no reach beyond loopback."""

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Before anything imports prefect: it reads its settings at import.
_HOME = Path(tempfile.mkdtemp(prefix="phasewright-tests-"))
os.environ.update(
    {
        "PREFECT_HOME": str(_HOME / "prefect"),
        "XDG_STATE_HOME": str(_HOME / "state"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "ANTHROPIC_API_KEY": "test-key-that-pays-for-nothing",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "NO_COLOR": "1",
    }
)
os.environ.pop("PREFECT_API_URL", None)


class ReachedOutside(AssertionError):
    """A test tried to reach an address beyond loopback."""


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    return str(address[0]) in {"localhost", "::1", ""} or str(address[0]).startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def tripwire() -> Iterator[None]:
    """Forbid every connection but loopback, in this process. Sub-processes get the environment above."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if not _is_loopback(address):
            raise ReachedOutside(address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if not _is_loopback(address):
            raise ReachedOutside(address)
        return connect_ex(self, address)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    yield
    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def kept_prefect() -> Iterator[Any]:
    """Keep the private Prefect server up between runs of the command line: its first start takes many seconds."""
    import asyncio

    from deployments.server import join_server
    from phasewright.record.places import state_home

    user = asyncio.run(join_server(state_home()))
    asyncio.run(user.answering())
    yield user
    user.close()
