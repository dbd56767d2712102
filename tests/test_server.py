"""The private Prefect server: one per user, shared, gone with its last user, nothing of the history lost."""

import fcntl
import http.server
import os
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_server import kill, leave, said, seconds_until_gone, start_user

from deployments.server import join_server
from deployments.server_keeper import _begin_database
from deployments.server_place import server_place, try_lock
from deployments.server_settings import BATCHES
from phasewright.errors import PreflightFailed

pytestmark = pytest.mark.prefect


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One state folder for the module: making an empty database takes about 20 s of CPU."""
    return tmp_path_factory.mktemp("state")


def test_the_servers_services_sleep_between_looks() -> None:
    """Prefect makes an `int` of its recorder's interval: half a second became a loop that took a whole core."""
    intervals = {name: value for name, value in BATCHES.items() if name.endswith("_INTERVAL")}

    assert intervals
    assert all(int(float(value)) >= 1 for value in intervals.values())


def task_runs(state: Path) -> dict[str, int]:
    with sqlite3.connect(server_place(state).database) as database:
        found = dict(database.execute("select state_type, count(*) from task_run group by 1"))
    database.close()
    return found


def test_two_runs_that_start_at_once_share_one_server_and_it_goes_with_the_last(state: Path) -> None:
    first, second = start_user(state), start_user(state)
    one, other = said(first), said(second)
    leave(first)
    stayed = seconds_until_gone(one["pid"], 3)
    kill(second)

    assert one == other
    assert 3 == stayed
    assert seconds_until_gone(one["pid"], 10) < 5


def test_history_of_200_tasks_is_whole_after_the_run(state: Path) -> None:
    user = start_user(state, tasks=200)
    server, run = said(user), said(user)
    leave(user)

    assert run["complete"] is True
    assert seconds_until_gone(server["pid"], 10) < 5
    assert {"COMPLETED": 200} == task_runs(state)


def test_a_newcomer_while_the_server_leaves_gets_a_new_one(state: Path) -> None:
    """So does one whose server was killed."""
    first = start_user(state)
    server = said(first)
    leave(first)
    wait_until_leaving(state)
    newcomer = start_user(state)
    second_server = said(newcomer)
    os.kill(second_server["pid"], signal.SIGKILL)
    another = start_user(state)
    third_server = said(another)
    leave(newcomer)
    leave(another)

    assert 3 == len({server["pid"], second_server["pid"], third_server["pid"]})
    assert seconds_until_gone(third_server["pid"], 10) < 5


def wait_until_leaving(state: Path) -> None:
    """Return when the server keeps newcomers out."""
    users = server_place(state).open_lock("users")
    end = time.monotonic() + 10
    while try_lock(users, fcntl.LOCK_SH) and time.monotonic() < end:
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(0.5)
    os.close(users)


def test_a_database_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    place = server_place(tmp_path)
    place.make()
    place.database.write_text("half of one")
    place.unfinished.touch()

    assert _begin_database(place) is True
    assert not place.database.exists()


@pytest.fixture(scope="module")
def shared(state: Path) -> Iterator[dict[str, str]]:
    """A server that is up during the tests that only look at it. Its port is the one of the servers before it."""
    user = start_user(state)
    yield said(user)
    leave(user)


def status(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str]]:
    body = b"{}" if method == "POST" else None
    request = urllib.request.Request(url, body, {"content-type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, dict(reply.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers)


async def test_nobody_calls_the_api_without_the_auth_string(state: Path, shared: dict[str, str]) -> None:
    code, _ = status(f"{shared['api']}/flow_runs/filter", "POST")

    assert code in {401, 403}
    user = await join_server(state, {"PREFECT_API_URL": shared["api"]})
    with pytest.raises(PreflightFailed, match="PREFECT_API_AUTH_STRING"):
        await user.answering()
    known = {"PREFECT_API_URL": shared["api"], "PREFECT_API_AUTH_STRING": server_place(state).auth_string()}
    user = await join_server(state, known)
    await user.answering()

    assert not user.is_private


def test_a_foreign_web_page_is_not_let_in(shared: dict[str, str]) -> None:
    own = shared["api"].removesuffix("/api")
    _, foreign_headers = status(f"{shared['api']}/health", origin="http://evil.example")
    _, own_headers = status(f"{shared['api']}/health", origin=own)

    assert "access-control-allow-origin" not in foreign_headers
    assert own == own_headers["access-control-allow-origin"]


def test_the_interface_answers_under_the_address_of_a_run(shared: dict[str, str]) -> None:
    own = shared["api"].removesuffix("/api")

    assert 200 == status(f"{own}/runs/flow-run/00000000-0000-0000-0000-000000000000", accept="text/html")[0]


def test_everything_it_keeps_is_private(state: Path, shared: dict[str, str]) -> None:
    place = server_place(state)

    assert "0o700" == oct(place.folder.stat().st_mode & 0o777)
    assert "0o600" == oct((place.folder / "auth").stat().st_mode & 0o777)
    assert "0o600" == oct(place.database.stat().st_mode & 0o777)
    assert place.auth_string() not in place.log.read_text()


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1/api", "http://127.0.0.1:port/api"])
async def test_a_configured_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(PreflightFailed, match="is no address"):
        await join_server(tmp_path, {"PREFECT_API_URL": url})


async def test_a_configured_server_that_is_silent_is_refused(tmp_path: Path) -> None:
    user = await join_server(tmp_path, {"PREFECT_API_URL": "http://127.0.0.1:9/api"})
    with pytest.raises(PreflightFailed, match="unset PREFECT_API_URL"):
        await user.answering(0.5)

    assert not (tmp_path / "prefect").exists()


async def test_something_else_at_the_configured_address_is_refused(tmp_path: Path) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{other.server_port}/api"
        user = await join_server(tmp_path, {"PREFECT_API_URL": url})
        with pytest.raises(PreflightFailed, match="no Prefect API"):
            await user.answering()
        other.shutdown()
