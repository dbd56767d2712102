"""`phasewright doctor`: what is missing on this machine, and how to get it."""

import asyncio
import os
import platform
import re
import shutil
import sys
from collections.abc import Awaitable, Callable
from importlib import metadata
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from pydantic import BaseModel

from phasewright.cargo.toolchain import find_toolchain
from phasewright.errors import CommandFailed, PhasewrightError, PreflightFailed
from phasewright.gate.language import is_python
from phasewright.git.repository import OLDEST_GIT
from phasewright.process import run, which
from phasewright.python.installed import find_pytest
from phasewright.record.places import state_home
from phasewright.sandbox import check_sandbox
from phasewright.sandbox.bubblewrap import find_bubblewrap

NOT_READY = 3
_OLDEST_PYTHON = (3, 11)
_LITTLE_SPACE_BYTES, _NO_SPACE_BYTES = 5_000_000_000, 1_000_000_000


class Check(BaseModel, frozen=True):
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warning", "missing"]
    found: str
    advice: str = ""
    """What to do; empty where all is well."""


def doctor(*, repo: Path = Path(), json: bool = False) -> int:
    """Look at what phasewright needs on this machine, and say how to get what is missing.

    Exit code 0: a run can start; 3: something is missing.

    Parameters
    ----------
    repo
        A folder whose choice of a Rust toolchain counts.
    json
        Print one JSON object.
    """
    checks = asyncio.run(all_checks(repo.absolute()))
    is_ready = all(check.status != "missing" for check in checks)
    if json:
        print(_Report(ready=is_ready, checks=checks).model_dump_json(indent=2))
    else:
        print("\n".join(_line(check) for check in checks))
        print("\nready: a run can start" if is_ready else "\nnot ready: see what is missing above")
    return 0 if is_ready else NOT_READY


async def all_checks(folder: Path) -> tuple[Check, ...]:
    """Return every check, in the order in which a run would fail."""
    asked: list[Callable[[], Awaitable[Check]]] = [
        _python,
        _packages,
        _git,
        lambda: _toolchain(folder),
        _sandbox,
        _model_access,
        _space,
        _server,
    ]
    return tuple([await ask() for ask in asked])


class _Report(BaseModel, frozen=True):
    ready: bool
    checks: tuple[Check, ...]


def _line(check: Check) -> str:
    mark = {"ok": "ok", "warning": "warning", "missing": "MISSING"}[check.status]
    advice = f"\n{'':10}{'':12}{check.advice}" if check.advice else ""
    return f"{mark:10}{check.name:12}{check.found}{advice}"


async def _python() -> Check:
    found = f"{platform.python_version()} ({sys.executable})"
    if sys.version_info[:2] >= _OLDEST_PYTHON:
        return Check(name="python", status="ok", found=found)
    return Check(name="python", status="missing", found=found, advice="install Python 3.11 or newer")


async def _packages() -> Check:
    """Only what phasewright itself asks for; what those need is pip's to look after."""
    wrong: list[str] = []
    seen: list[str] = []
    for text in metadata.requires("phasewright") or []:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate():
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{wanted.name} is not installed")
            continue
        seen += [f"{wanted.name} {version}"] if wanted.name in {"prefect", "fastapi", "sqlalchemy", "anthropic"} else []
        if not wanted.specifier.contains(version, prereleases=True):
            wrong.append(f"{wanted.name} {version} is not {wanted.specifier}")
    if wrong:
        return Check(
            name="packages",
            status="missing",
            found="; ".join(wrong),
            advice="install phasewright anew: `uv tool install --force phasewright`, or `make setup` in a checkout",
        )
    return Check(name="packages", status="ok", found=", ".join(seen))


async def _git() -> Check:
    advice = f"install git {'.'.join(map(str, OLDEST_GIT))} or newer"
    text = await _ask("git", "--version")
    version = re.search(r"(\d+)\.(\d+)", text)
    if version is None:
        return Check(name="git", status="missing", found="not on PATH", advice=advice)
    if (int(version[1]), int(version[2])) < OLDEST_GIT:
        return Check(name="git", status="missing", found=text, advice=advice)
    if not await _ask("git", "config", "user.email"):
        advice = 'commits will be by phasewright@localhost; `git config --global user.email "you@…"` changes that'
        return Check(name="git", status="warning", found=f"{text}, no identity", advice=advice)
    return Check(name="git", status="ok", found=text)


async def _toolchain(folder: Path) -> Check:
    tracked = await _ask("git", "-C", str(folder), "ls-files")
    return await (_pytest(folder) if is_python(tracked.splitlines()) else _rust(folder))


async def _pytest(folder: Path) -> Check:
    try:
        installed = await find_pytest(folder)
    except PreflightFailed as problem:
        advice = "run `pip install pytest` in the project's own environment"
        return Check(name="pytest", status="missing", found="; ".join(problem.problems), advice=advice)
    found = ", ".join(f"{name} {version}" for name, version in installed.versions.items())
    return Check(name="pytest", status="ok", found=found)


async def _rust(folder: Path) -> Check:
    try:
        toolchain = await find_toolchain(folder)
    except PreflightFailed as problem:
        return Check(
            name="rust",
            status="missing",
            found="; ".join(problem.problems),
            advice="install Rust from https://rustup.rs, with `rustup component add clippy rustfmt`",
        )
    if which("cc") is None:
        advice = "install a C compiler: Rust links with it (Debian: `apt install gcc libc6-dev`)"
        return Check(name="rust", status="missing", found="no `cc` on PATH", advice=advice)
    return Check(name="rust", status="ok", found=", ".join(toolchain.versions.values()))


async def _sandbox() -> Check:
    try:
        await check_sandbox()
        bwrap = find_bubblewrap()
    except PhasewrightError as problem:
        return Check(
            name="sandbox",
            status="missing",
            found=str(problem),
            advice="nothing of an agent's runs without one; SECURITY.md says what it does",
        )
    version = (await _ask(str(bwrap), "--version")) or "bubblewrap"
    who = ", as a uid of its own" if os.geteuid() == 0 else ""
    return Check(name="sandbox", status="ok", found=f"{version}{who}; its self-test passes")


async def _model_access() -> Check:
    address = os.environ.get("ANTHROPIC_BASE_URL", "")
    parts = urlsplit(address)
    if address and (parts.scheme not in {"http", "https"} or not parts.hostname):
        return Check(
            name="model",
            status="missing",
            found=f"ANTHROPIC_BASE_URL is {address!r}, no http address",
            advice="unset it, or set it to an address such as https://host",
        )
    if not os.environ.get("ANTHROPIC_API_KEY"):
        return Check(
            name="model",
            status="missing",
            found="ANTHROPIC_API_KEY is not set",
            advice="export ANTHROPIC_API_KEY=…; `phasewright demo` works without",
        )
    return Check(name="model", status="ok", found=f"a key is set, for {parts.hostname or 'the default address'}")


async def _space() -> Check:
    try:
        place = state_home()
        free = shutil.disk_usage(place).free
    except OSError as problem:
        return Check(
            name="state",
            status="missing",
            found=f"{problem.filename!r} cannot be written: {problem.strerror}",
            advice="set XDG_STATE_HOME to a folder of yours",
        )
    found = f"{place}, {free / 1e9:.0f} GB free"
    advice = "workspaces and targets of a run take gigabytes; `phasewright clean` removes those of finished runs"
    if free < _NO_SPACE_BYTES:
        return Check(name="state", status="missing", found=found, advice=advice)
    if free < _LITTLE_SPACE_BYTES:
        return Check(name="state", status="warning", found=found, advice=advice)
    return Check(name="state", status="ok", found=found)


async def _server() -> Check:
    address = os.environ.get("PREFECT_API_URL", "")
    found = f"the server at {urlsplit(address).netloc}" if address else "a private server, started with the first run"
    return Check(name="prefect", status="ok", found=found)


async def _ask(*argv: str) -> str:
    """Return a program's first line; an empty text when it fails or is not there."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME") if name in os.environ}
    try:
        done = await run(argv, cwd=Path("/"), env=env, deadline_seconds=20, split=True)
    except CommandFailed:
        return ""
    return done.text.strip().split("\n")[0] if done.exit_code == 0 else ""
