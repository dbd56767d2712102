"""The private Prefect server's process: it serves as long as somebody uses it, and is gone within seconds then.

Server and keeper are one process, so neither can outlive the other. The port's socket is bound here and handed to
the server: no other program can take it in between. A thread asks for the users' lock; when it gets it, nobody is
left, and once the history is written the server ends. Started by `deployments.server`, never by hand.
"""

import contextlib
import fcntl
import os
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from deployments.server_place import Address, ServerPlace, try_lock
from deployments.server_settings import listening_settings

LOOK_EVERY_SECONDS = 0.3
QUIET_SECONDS = 1.3
"""The recorder writes what it has every 0.5 s: a database untouched for longer, and no message waiting, is idle."""
HISTORY_LIMIT_SECONDS = 120
"""A backlog that is not written by then (1000 task runs take about 10 s) is given up."""
LAST_SECONDS = 2.0
"""What an orderly end may take before the process simply ends; nothing is left to write by then."""


def main(folder: Path) -> int:
    """Serve until nobody uses the server; return the exit code."""
    os.umask(0o077)
    place = ServerPlace(folder=folder)
    lock = place.open_lock("server")
    if not try_lock(lock, fcntl.LOCK_EX):
        return 0  # another server is there
    listening = _listen(place.last_port())
    address = Address(port=listening.getsockname()[1], pid=os.getpid())
    os.environ.update(listening_settings(place, address, place.auth_string()))
    place.write_address(address)
    watch = _Watch(place, _begin_database(place))
    threading.Thread(target=watch.run, daemon=True).start()
    return _serve(listening, watch)


def _listen(last_port: int) -> socket.socket:
    """Return a bound socket, on the last server's port if it is free: addresses printed earlier stay good."""
    for port in (last_port, 0):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            listening.bind(("127.0.0.1", port))
            return listening
        listening.close()
    raise OSError("no free port on 127.0.0.1")


def _begin_database(place: ServerPlace) -> bool:
    """Return whether the database is new. One whose making was cut short is thrown away: it never held anything."""
    if place.unfinished.exists():
        for path in place.home.glob("prefect.db*"):
            path.unlink()
    if place.database.exists():
        return False
    place.unfinished.touch()
    return True


def _serve(listening: socket.socket, watch: "_Watch") -> int:
    # Imported late: the address is published before these two seconds.
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(
        app=create_app(final=True), timeout_keep_alive=5, timeout_graceful_shutdown=1, log_level="warning"
    )
    server = uvicorn.Server(config)
    watch.server = server
    server.run(sockets=[listening])
    return 0 if server.started else 3


class _Watch:
    """Ends the server when its last user is gone and the history is written."""

    def __init__(self, place: ServerPlace, database_is_new: bool) -> None:
        self.place = place
        self.database_is_new = database_is_new
        self.server: Any = None
        self._users = place.open_lock("users")
        self._alone_since: float | None = None
        self._quiet_since = 0.0
        self._seen: list[tuple[int, int]] = []

    def run(self) -> None:
        """Look until it is over. The users' lock is kept then: newcomers wait for our end, and start a new server."""
        while not self._is_over(time.monotonic()):
            time.sleep(LOOK_EVERY_SECONDS)
            if self._has_started():
                self.place.unfinished.unlink(missing_ok=True)
        self.server.should_exit = True
        time.sleep(LAST_SECONDS)
        os._exit(0)

    def _is_over(self, now: float) -> bool:
        if not try_lock(self._users, fcntl.LOCK_EX):
            self._alone_since = None
            return False
        if self._may_end(now):
            return True
        fcntl.flock(self._users, fcntl.LOCK_UN)  # a newcomer may still join
        return False

    def _may_end(self, now: float) -> bool:
        """Return whether nothing is left to be written."""
        if not self._has_started():
            if self.database_is_new:
                os._exit(0)  # the half-made database is thrown away at the next start
            return False  # an upgrade of a database that holds history is never cut short
        written = _written(self.place)
        if self._alone_since is None:
            self._alone_since = self._quiet_since = now
        if written != self._seen or _messages_waiting():
            self._quiet_since = now
        self._seen = written
        return now - self._quiet_since >= QUIET_SECONDS or now - self._alone_since >= HISTORY_LIMIT_SECONDS

    def _has_started(self) -> bool:
        return self.server is not None and bool(self.server.started)


def _written(place: ServerPlace) -> list[tuple[int, int]]:
    """Return what changes whenever the database is written to."""
    found = []
    for path in (place.database, place.database.with_name(f"{place.database.name}-wal")):
        with contextlib.suppress(OSError):
            state = path.stat()
            found.append((state.st_size, state.st_mtime_ns))
    return found


def _messages_waiting() -> int:
    """Return how many events no subscriber has taken yet. (Prefect offers no public way to ask.)"""
    from prefect.server.utilities.messaging.memory import Topic

    subscriptions = [s for topic in list(Topic._topics.values()) for s in list(topic._subscriptions)]
    return sum(s._queue.qsize() + s._retry.qsize() for s in subscriptions)


if __name__ == "__main__":
    # No thread of the server's may hold the process: what had to be written is written.
    code = 1
    try:
        code = main(Path(sys.argv[1]))
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
