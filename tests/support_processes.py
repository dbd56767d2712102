"""Which processes belong to a test: those whose command line or environment names its folder."""

import os
import time
from pathlib import Path


def processes_of(mark: str) -> dict[int, str]:
    """Return pid → command line of every process but this one that *mark* stands in."""
    found: dict[int, str] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        if pid == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
            known = command + (entry / "environ").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if command and mark in known:
            found[pid] = command
    return found


def wait_until_gone(mark: str, seconds: float) -> dict[int, str]:
    """Return what is left of the processes that *mark* stands in, at the latest after *seconds*."""
    end = time.monotonic() + seconds
    while (left := processes_of(mark)) and time.monotonic() < end:
        time.sleep(0.1)
    return left
