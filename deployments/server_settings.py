"""The environment of the private server and of its clients. Prefect reads its settings when it is imported."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deployments.server_place import Address, ServerPlace

BATCHES = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "200",
}
"""With the defaults the history of 1000 tasks is written 108 s after their flow's end, with these after 10 s.

The interval counts whole seconds: the recorder takes its `int`, and with less than one it never sleeps.
"""

QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")


def server_environment(place: ServerPlace, environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return the whole environment of a private server's process: nothing of the user's own Prefect, no key."""
    kept = {name: environ[name] for name in _KEPT if name in environ}
    return kept | BATCHES | QUIET | {"PYTHONPATH": str(root), "PREFECT_HOME": str(place.home)}


def listening_settings(place: ServerPlace, address: Address, auth_string: str) -> dict[str, str]:
    """Return what a server must know once it has its port."""
    return {
        "PREFECT_API_URL": f"{address.origin}/api",
        "PREFECT_UI_API_URL": f"{address.origin}/api",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(address.port),
        "PREFECT_SERVER_API_AUTH_STRING": auth_string,
        "PREFECT_API_AUTH_STRING": auth_string,
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address.origin,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{place.database}",
        # Written into the installed package otherwise, which may be read-only.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(place.home / "ui"),
        # Only the first interface shows tasks inside the phase that awaits them.
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_MEMO_STORE_PATH": str(place.home / "memo_store.toml"),
    }


def client_environment(place: ServerPlace, address: Address, auth_string: str) -> dict[str, str]:
    """Return what a client of the private server needs, before it imports prefect."""
    return QUIET | {
        "PREFECT_API_URL": f"{address.origin}/api",
        "PREFECT_API_AUTH_STRING": auth_string,
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
        "PREFECT_HOME": str(place.home),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    }


def keeper_argv(place: ServerPlace) -> list[str]:
    """Return the command of the private server's process."""
    return [sys.executable, "-m", "deployments.server_keeper", os.fspath(place.folder)]
