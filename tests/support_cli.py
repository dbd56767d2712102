"""The command line as a program of its own."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).parent / "phasewright"


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment (private state, no host but loopback) and *more*."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **more}


def phasewright(
    *argv: str | Path, cwd: Path, timeout_seconds: float = 60, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `phasewright` with *argv* to its end."""
    return subprocess.run(
        [PROGRAM, *map(str, argv)],
        cwd=cwd,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
    )


def start_phasewright(*argv: str | Path, cwd: Path, env: dict[str, str] | None = None) -> "subprocess.Popen[str]":
    """Start `phasewright` with *argv* in a session of its own."""
    return subprocess.Popen(
        [PROGRAM, *map(str, argv)],
        cwd=cwd,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
