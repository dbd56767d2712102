"""Does a Prefect server answer at this address, and does it know us? Without importing prefect, which takes seconds."""

import base64
import json
import urllib.error
import urllib.request
from enum import StrEnum
from urllib.parse import urlsplit


class Answer(StrEnum):
    """What came of asking."""

    WELL = "well"
    SILENT = "silent"
    """Nobody there, or not ready yet: worth asking again."""
    FOREIGN = "foreign"
    """Something answers that is no Prefect API."""
    REFUSED = "refused"
    """A Prefect API that does not accept our credentials."""


def url_problem(api_url: str) -> str | None:
    """Return why *api_url* cannot be a Prefect API's address; None when it can."""
    try:
        parts = urlsplit(api_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    return None if usable else f"PREFECT_API_URL={api_url!r} is no address; it looks like http://127.0.0.1:4200/api"


def ask(api_url: str, *, auth_string: str | None = None, api_key: str | None = None, seconds: float = 5) -> Answer:
    """Ask the API at *api_url* for its health, and then for something that needs credentials."""
    health = _get(f"{api_url}/health", {}, seconds)
    if health is None or health[0] >= 500:
        return Answer.SILENT
    if health[0] in {401, 403}:
        return Answer.REFUSED if _knows(api_url, auth_string, api_key, seconds) is False else Answer.WELL
    if health[0] != 200 or health[1] is not True:
        return Answer.FOREIGN
    return Answer.REFUSED if _knows(api_url, auth_string, api_key, seconds) is False else Answer.WELL


def _knows(api_url: str, auth_string: str | None, api_key: str | None, seconds: float) -> bool:
    """Return False exactly when our credentials are refused."""
    headers = {}
    if auth_string:
        headers["Authorization"] = f"Basic {base64.b64encode(auth_string.encode()).decode()}"
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    answer = _get(f"{api_url}/admin/version", headers, seconds)
    return answer is None or answer[0] not in {401, 403}


def _get(url: str, headers: dict[str, str], seconds: float) -> tuple[int, object] | None:
    """Return (status, JSON or None); None when nobody answers."""
    host = urlsplit(url).hostname or ""
    direct = [urllib.request.ProxyHandler({})] if host in {"localhost", "::1"} or host.startswith("127.") else []
    try:
        with urllib.request.build_opener(*direct).open(
            urllib.request.Request(url, headers=headers), timeout=seconds
        ) as reply:
            return reply.status, _json(reply.read(100_000))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None
    except (OSError, ValueError):
        return None


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None
