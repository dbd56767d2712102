"""Where cargo keeps the crates that it downloaded, and how to reach them from a sandbox."""

import os
import stat
from pathlib import Path

_READABLE: set[Path] = set()
"""Crates that were seen to; one that is unpacked never changes."""


def cargo_home() -> Path:
    """Return where cargo keeps its registry: CARGO_HOME, else ~/.cargo."""
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def registry_path() -> Path | None:
    """Return CARGO_HOME/registry when there is one, readable where builds run; there it is mounted read-only."""
    path = cargo_home() / "registry"
    if not path.is_dir():
        return None
    let_read(path)
    return path


def let_read(registry: Path) -> None:
    """As root, let everybody read what cargo unpacked; do nothing as anybody else.

    Some crates are published with files for their owner alone (fnv 1.0.7), and the sandbox runs under another uid.
    """
    if os.geteuid() != 0:
        return
    for crate in (*registry.glob("src/*/*"), *(registry.parent / "git" / "checkouts").glob("*/*")):
        if crate not in _READABLE:
            _READABLE.add(crate)
            _let_read_below(crate)


def _let_read_below(folder: Path) -> None:
    for name, _, files in os.walk(folder):
        place = Path(name)
        for path, needed in ((place, 0o555), *((place / file, 0o444) for file in files)):
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode) and mode & needed != needed:
                path.chmod(stat.S_IMODE(mode) | needed)


def cargo_config() -> Path | None:
    """Return the user's own CARGO_HOME/config.toml when there is one: it may name a mirror of the registry."""
    return next((path for path in (cargo_home() / "config.toml", cargo_home() / "config") if path.is_file()), None)
