"""Where a user's private Prefect server keeps what it has, and the locks that say who is there.

    auth        the random auth string, 0600
    address     {"port", "pid"} of the server that runs; port: the last one's
    users       every user of the server holds a shared lock on this file, for as long as it lives
    server      the server itself holds an exclusive lock on this one
    start       held for the moment in which a server is started
    home/       the server's and the clients' PREFECT_HOME: database and interface files
    log         what the server says

All locks are flocks on descriptors that no child inherits: the kernel drops them at a `kill -9`, so who is there is
never guessed from a pid.
"""

import contextlib
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from phasewright.errors import PreflightFailed


class Address(BaseModel, frozen=True):
    """Where a server listens, always on the loopback interface."""

    port: int
    pid: int

    @property
    def origin(self) -> str:
        """Return the address without a path: the interface's, and the only origin that may call the API."""
        return f"http://127.0.0.1:{self.port}"


class ServerPlace(BaseModel, frozen=True):
    """The folder of one user's private server."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def database(self) -> Path:
        return self.home / "prefect.db"

    @property
    def unfinished(self) -> Path:
        """A mark that stands while the database is made for the first time."""
        return self.folder / "database-in-the-making"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def make(self) -> None:
        """Make the folder private to us.

        Raises:
            PreflightFailed: it belongs to somebody else, or is no folder.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.folder, self.home):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                raise PreflightFailed([f"{str(folder)!r} must be a folder of your own; move it away"])
            folder.chmod(0o700)

    def auth_string(self) -> str:
        """Return the auth string, made at random when there is none yet. Call it with the start lock held."""
        path = self.folder / "auth"
        with contextlib.suppress(FileNotFoundError):
            if known := path.read_text().strip():
                return known
        made = f"phasewright:{secrets.token_urlsafe(24)}"
        _write_private(path, made)
        return made

    def address(self) -> Address | None:
        """Return the address written last; None when there is none that can be read."""
        with contextlib.suppress(OSError, ValueError):
            return Address.model_validate_json((self.folder / "address").read_text())
        return None

    def write_address(self, address: Address) -> None:
        """Publish *address*, whole or not at all."""
        _write_private(self.folder / "address", json.dumps(address.model_dump()))

    def forget_address(self) -> None:
        """Take the address back, but keep its port for the next server."""
        if last := self.address():
            _write_private(self.folder / "port", str(last.port))
        (self.folder / "address").unlink(missing_ok=True)

    def last_port(self) -> int:
        """Return the port of the last server; 0 when there was none."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.folder / "port").read_text())
        return 0

    def open_lock(self, name: str) -> int:
        """Return a descriptor of the lock file *name*; closing it drops the lock."""
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def server_is_there(self) -> bool:
        """Return whether a server process holds its lock now."""
        with self.lock_if_free("server") as locked:
            return not locked

    @contextlib.contextmanager
    def lock_if_free(self, name: str) -> Iterator[bool]:
        """Hold the lock *name* exclusively inside, if nobody has it; yield whether it is ours."""
        descriptor = self.open_lock(name)
        try:
            yield try_lock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)


def server_place(state: Path) -> ServerPlace:
    """Return the place of the private server under *state* (`$XDG_STATE_HOME/phasewright`)."""
    return ServerPlace(folder=state / "prefect")


def try_lock(descriptor: int, kind: int) -> bool:
    """Take the lock without waiting; return whether it is ours."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    part.replace(path)
