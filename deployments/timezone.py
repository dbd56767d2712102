"""The time zone of the nightly run's two o'clock."""

import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phasewright.errors import UsageError


def known_timezone(name: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return *name* if it is a time zone, such as "Europe/Berlin"; this machine's when it is None.

    Raises:
        UsageError: there is no such time zone.
    """
    if name is None:
        return local_timezone(environ)
    if not _is_known(name):
        raise UsageError(f"there is no time zone {name!r}; name one such as 'Europe/Berlin' or 'UTC'")
    return name


def local_timezone(environ: Mapping[str, str] = os.environ) -> str:
    """Return the name of this machine's time zone; "UTC" where none can be named."""
    link = Path("/etc/localtime")
    linked = os.path.realpath(link).partition("zoneinfo/")[2] if link.is_symlink() else ""
    named = (environ.get("TZ", "").lstrip(":"), linked)
    return next((name for name in named if name and _is_known(name)), "UTC")


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
