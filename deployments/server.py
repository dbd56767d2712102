"""The Prefect server of a run: the configured one, or one private server per user that its users share.

    user = await join_server(state)          # at once: the address is known, the server may still be starting
    os.environ.update(user.env())            # before prefect is imported: it reads its settings then
    ...                                      # pre-flight
    await user.answering()
    ...                                      # the run; await wait_for_history(flow_run_id, timeout_seconds=60)
    user.close()                             # the private server ends seconds after its last user

A `kill -9` closes as well: being a user is a lock on an open file.
"""

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Self

from deployments.history import wait_for_history
from deployments.server_answer import Answer, ask, url_problem
from deployments.server_place import Address, ServerPlace, server_place, try_lock
from deployments.server_settings import QUIET, client_environment, keeper_argv, server_environment
from phasewright import project_root
from phasewright.errors import PreflightFailed, ServerUnavailable
from phasewright.process import start_detached

__all__ = ["UserOfServer", "configured_server", "join_server", "wait_for_history"]

START_SECONDS = 120.0
"""An empty database takes about 20 s to make, more on a busy machine."""
CONFIGURED_SECONDS = 5.0
"""How long a configured server may stay silent."""
_LOCK_SECONDS = 60.0


class UserOfServer:
    """One process's use of a server, from joining to `close`."""

    def __init__(
        self,
        api_url: str,
        environment: Mapping[str, str],
        *,
        auth_string: str | None = None,
        api_key: str | None = None,
        ui_url: str | None = None,
        place: ServerPlace | None = None,
        lock: int | None = None,
    ) -> None:
        self.api_url = api_url
        self.ui_url = (ui_url or api_url.removesuffix("/api")).rstrip("/")
        self.auth_string = auth_string
        self.place = place
        """Where the private server is kept; None for a configured one."""
        self._environment = dict(environment)
        self._api_key = api_key
        self._lock = lock

    @property
    def is_private(self) -> bool:
        """True for the server that we start ourselves."""
        return self.place is not None

    def env(self) -> dict[str, str]:
        """Return what must be in `os.environ` before this process first imports prefect."""
        return dict(self._environment)

    def run_url(self, flow_run_id: str) -> str:
        """Return the page of one flow run."""
        return f"{self.ui_url}/runs/flow-run/{flow_run_id}"

    async def answering(self, deadline_seconds: float | None = None) -> None:
        """Return once the server answers our calls. No deadline given: what is right for this kind of server.

        Raises:
            PreflightFailed: the configured server is silent, is none, or refuses us.
            ServerUnavailable: the private server does not come up.
        """
        seconds = deadline_seconds or (START_SECONDS if self.is_private else CONFIGURED_SECONDS)
        end = time.monotonic() + seconds
        while (answer := await self._ask()) != Answer.WELL:
            if answer != Answer.SILENT or time.monotonic() >= end or self._has_died():
                raise self._refusal(answer, seconds)
            await asyncio.sleep(0.2)

    async def _ask(self) -> Answer:
        return await asyncio.to_thread(ask, self.api_url, auth_string=self.auth_string, api_key=self._api_key)

    def _has_died(self) -> bool:
        return self.place is not None and not self.place.server_is_there()

    def _refusal(self, answer: Answer, seconds: float) -> PreflightFailed | ServerUnavailable:
        if self.place is not None:
            state = "ended while it started" if self._has_died() else f"does not answer after {seconds:.0f} s"
            return ServerUnavailable(f"the private Prefect server {state}; its log is {self.place.log}")
        said = {
            Answer.SILENT: f"is silent for {seconds:.0f} s; start it, or unset PREFECT_API_URL for a private one",
            Answer.FOREIGN: "answers, but is no Prefect API; the address usually ends in /api",
            Answer.REFUSED: "refuses us; set PREFECT_API_AUTH_STRING (or PREFECT_API_KEY) to what it expects",
        }[answer]
        return PreflightFailed([f"the Prefect server PREFECT_API_URL={self.api_url} {said}"])

    def close(self) -> None:
        """Stop being a user. Safe to call twice."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def join_server(state: Path, environ: Mapping[str, str] = os.environ) -> UserOfServer:
    """Become a user of the configured server, or of the private one under *state*, which is started when needed.

    Returns as soon as the address is known. Sets nothing global.

    Raises:
        PreflightFailed: `PREFECT_API_URL` is no address, or the private server's folder is not ours.
        ServerUnavailable: the private server cannot be started.
    """
    return configured_server(environ) or await _join_private(server_place(state), environ)


def configured_server(environ: Mapping[str, str]) -> UserOfServer | None:
    """Return the use of the server that `PREFECT_API_URL` names; None where it names none.

    Raises:
        PreflightFailed: what it says is no address.
    """
    if not (url := environ.get("PREFECT_API_URL", "").strip().rstrip("/")):
        return None
    if problem := url_problem(url):
        raise PreflightFailed([problem])
    return UserOfServer(
        url,
        QUIET | {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false"},
        auth_string=environ.get("PREFECT_API_AUTH_STRING"),
        api_key=environ.get("PREFECT_API_KEY"),
        ui_url=environ.get("PREFECT_UI_URL"),
    )


async def _join_private(place: ServerPlace, environ: Mapping[str, str]) -> UserOfServer:
    place.make()
    users = place.open_lock("users")
    try:
        # A server that is just leaving keeps newcomers out until it is gone.
        await _wait_for_lock(users, fcntl.LOCK_SH, place)
        async with _starting(place):
            auth_string = place.auth_string()
            address = await _started(place, environ)
    except BaseException:
        os.close(users)
        raise
    environment = client_environment(place, address, auth_string)
    return UserOfServer(environment["PREFECT_API_URL"], environment, auth_string=auth_string, place=place, lock=users)


async def _started(place: ServerPlace, environ: Mapping[str, str]) -> Address:
    """Return the running server's address, after starting it if nobody has."""
    if not place.server_is_there():
        place.forget_address()
        root = project_root()
        start_detached(
            keeper_argv(place), cwd=place.folder, env=server_environment(place, environ, root), log=place.log
        )
    end = time.monotonic() + _LOCK_SECONDS
    while (address := place.address()) is None:
        if time.monotonic() >= end:
            raise ServerUnavailable(f"the private Prefect server cannot be started; its log is {place.log}")
        await asyncio.sleep(0.05)
    return address


@contextlib.asynccontextmanager
async def _starting(place: ServerPlace) -> AsyncIterator[None]:
    """Be the only one who looks whether a server is there, and starts it if not."""
    descriptor = place.open_lock("start")
    try:
        await _wait_for_lock(descriptor, fcntl.LOCK_EX, place)
        yield
    finally:
        os.close(descriptor)


async def _wait_for_lock(descriptor: int, kind: int, place: ServerPlace) -> None:
    end = time.monotonic() + _LOCK_SECONDS
    while not try_lock(descriptor, kind):
        if time.monotonic() >= end:
            raise ServerUnavailable(f"the private Prefect server neither ends nor answers; its log is {place.log}")
        await asyncio.sleep(0.05)
