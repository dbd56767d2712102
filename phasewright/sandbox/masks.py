"""Files that a sandbox shows in place of the real ones, because those may hold a token.

A remote's address in `.git/config` and a registry's in cargo's configuration often do. What git and cargo need of them
to work offline is kept: the repository's format, and where sources are replaced.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import tomlkit

from phasewright.sandbox.box import AGENT, Sandbox

_SECTION = re.compile(r"^\s*\[\s*([A-Za-z0-9.-]+)\s*\]")
_SETTING = re.compile(r"^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*([A-Za-z0-9_.-]+)\s*$")
_KEPT_SECTIONS = {"core", "extensions"}
_DROPPED_SETTINGS = {"hookspath", "fsmonitor", "sshcommand", "editor", "pager", "askpass", "worktree", "gitproxy"}


def masks_of(box: Sandbox) -> dict[Path, bytes]:
    """Return what stands inside in place of a file, by its path inside."""
    found: dict[Path, bytes] = {}
    if box.git_dir and (box.git_dir / "config").is_file():
        found[box.git_dir / "config"] = harmless_git_config((box.git_dir / "config").read_text("utf-8", "replace"))
    config = _cargo_config(box)
    text = harmless_cargo_config(config.read_text("utf-8", "replace")) if config else b""
    if box.user != AGENT:
        text += b"\n[net]\noffline = true\n"  # no variable of its environment says so
    if text:
        found[box.cargo_home / "config.toml"] = text
    return found


def _cargo_config(box: Sandbox) -> Path | None:
    beside = [box.registry.parent / name for name in ("config.toml", "config")] if box.registry else []
    return next((file for file in [box.cargo_config, *beside] if file and file.is_file()), None)


def harmless_git_config(text: str) -> bytes:
    """Keep plain settings of `core` and `extensions`, without those that name a program or a place."""
    lines: list[str] = []
    section = ""
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            heading = _SECTION.match(line)
            section = heading[1].lower() if heading else ""
            lines += [f"[{section}]"] if section in _KEPT_SECTIONS else []
            line = line[heading.end() :] if heading else ""
        setting = _SETTING.match(line)
        if section in _KEPT_SECTIONS and setting and setting[1].lower() not in _DROPPED_SETTINGS:
            lines.append(f"\t{setting[1]} = {setting[2]}")
    return ("\n".join(lines) + "\n").encode()


def harmless_cargo_config(text: str) -> bytes:
    """Keep where sources come from; addresses with a password in them are left out."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return b""
    sources = {name: _plain(table) for name, table in said.get("source", {}).items() if isinstance(table, dict)}
    registries = {
        name: _plain({"index": table["index"]})
        for name, table in said.get("registries", {}).items()
        if isinstance(table, dict) and "index" in table
    }
    return tomlkit.dumps(
        {key: value for key, value in (("source", sources), ("registries", registries)) if value}
    ).encode()


def _plain(table: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in table.items() if isinstance(value, str) and "@" not in value}
