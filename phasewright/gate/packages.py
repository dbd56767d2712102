"""JavaScript packages beside the crates: which of them a change touches, and what the plan's commands ask of them.

A command becomes an argument list and never meets a shell of ours.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from pydantic import BaseModel

from phasewright.gate.change import Change
from phasewright.result import CommandRecord

MANIFEST = "package.json"
Outcome = Literal["ok", "failed", "failed-before", "deadline", "no-tool", "not-read"]

COMMAND = re.compile(r"\b(?:pnpm|npm|yarn|npx|bun)\s+[\w:@\-][^`\n&|;]*")
_WITH_VALUE = {"--prefix": True, "-C": True, "--dir": True, "--cwd": True}
"""Options that name the package's folder."""
_OTHER_VALUE = frozenset({"--filter", "-F", "-w", "--workspace", "--loglevel"})
_ASIDE = frozenset(
    {"install", "i", "ci", "add", "remove", "rm", "uninstall", "update", "up", "publish", "exec", "dlx", "x"}
    | {"create", "init", "link", "login", "config", "set", "pack"}
)
"""Commands that change what is installed, or run what the package does not hold."""
_SCRIPTS_TOO = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", MANIFEST)


class PackageRun(BaseModel, frozen=True):
    """One command of the plan, and what came of it."""

    command: str
    folder: str
    """The package's folder from the root; "." for the root."""
    outcome: Outcome
    said: str = ""
    """The last lines that it printed, or why it was not run."""
    digest: str = ""
    """Of all that it printed, without numbers: two failures with the same words are the same failure."""


class PackageRuns(BaseModel, frozen=True):
    """All of them, with their evidence."""

    runs: tuple[PackageRun, ...] = ()
    commands: tuple[CommandRecord, ...] = ()


class Asked(NamedTuple):
    """A command of the plan, read."""

    words: tuple[str, ...]
    script: str
    folder: str | None


def touched_packages(change: Change) -> list[str]:
    """Return the folders with a package.json below which something changed, the deepest first."""
    roots = {str(PurePosixPath(path).parent) for path in change.head if PurePosixPath(path).name == MANIFEST}
    return sorted(
        (root for root in roots if any(_is_under(path, root) for path in change.changed)),
        key=lambda root: (-root.count("/"), root == ".", root),
    )


def scripts_of(content: bytes | None) -> dict[str, str]:
    """Return a package.json's scripts, empty where it has none or cannot be read."""
    try:
        scripts = json.loads(content or b"{}").get("scripts", {})
    except (ValueError, AttributeError):
        return {}
    return {str(k): str(v) for k, v in scripts.items()} if isinstance(scripts, dict) else {}


def _is_under(path: str, root: str) -> bool:
    return path.startswith(f"{root}/") if root != "." else path.endswith(_SCRIPTS_TOO)


def read_command(command: str) -> Asked | None:
    """Return the script that a command asks for and the folder that it names; None where it asks for no script."""
    try:
        words = tuple(shlex.split(command))
    except ValueError:
        return None
    if words[0] == "npx" or any("\0" in word for word in words):
        return None
    folder: str | None = None
    rest: list[str] = []
    remaining: Iterator[str] = iter(words[1:])
    for word in remaining:
        name, equals, value = word.partition("=")
        if name in _WITH_VALUE:
            folder = value if equals else next(remaining, "")
        elif name in _OTHER_VALUE and not equals:
            next(remaining, "")
        elif not word.startswith("-"):
            rest.append(word)
    if folder is not None and (folder.startswith("/") or ".." in folder.split("/")):
        return None
    verb, *more = rest or [""]
    if verb in _ASIDE or not verb:
        return None
    script = more[0] if verb in ("run", "run-script") and more else "test" if verb in ("t", "test") else verb
    return Asked(words, script, (folder and folder.strip("/").removeprefix("./")) or folder)


def manifest_of(folder: str) -> str:
    """Return where a package's package.json is."""
    return MANIFEST if folder in (".", "") else f"{folder}/{MANIFEST}"
