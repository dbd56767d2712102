"""Kill a program at the entry of one chosen system call, by strace."""

import collections
import os
import re
import shutil
import stat
from pathlib import Path
from typing import NamedTuple

WATCHED = "openat,write,rename,link,unlink,mkdir,rmdir,fsync,close,chmod,ftruncate,symlink,exit_group"
STRACE = shutil.which("strace")


class KillPoint(NamedTuple):
    """The k-th call of one system call, in whichever process comes there first."""

    syscall: str
    k: int


class GitOnPath:
    """A `git` in front of the real one that puts strace around the calls of one verb."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self._real = shutil.which("git")
        folder.mkdir()

    def trace(self, verb: str) -> None:
        """Write down the system calls of *verb*."""
        self._install(verb, f"-e trace={WATCHED}")

    def kill(self, verb: str, point: KillPoint) -> None:
        """Kill *verb*, once, at *point*."""
        inject = f"-e trace={point.syscall} -e inject={point.syscall}:signal=SIGKILL:when={point.k}"
        self._install(verb, inject, once=True)

    def points(self) -> list[KillPoint]:
        """Return every point that at least one process of the traced calls reached."""
        count: collections.Counter[tuple[str, str]] = collections.Counter()
        most: collections.Counter[str] = collections.Counter()
        for line in self.log.read_text().splitlines():
            if call := re.match(r"(\d+)\s+(\w+)\(", line):
                count[call[1], call[2]] += 1
                most[call[2]] = max(most[call[2]], count[call[1], call[2]])
        self.log.unlink()
        return [KillPoint(syscall, k) for syscall, n in most.items() for k in range(1, n + 1)]

    def _install(self, verb: str, options: str, *, once: bool = False) -> None:
        spent = self.folder / "spent"
        spent.unlink(missing_ok=True)
        if_fresh = f'[ -e "{spent}" ] || ' if once else ""
        mark = f': > "{spent}"; ' if once else ""
        script = f"""#!/bin/sh
for argument; do
  if [ "$argument" = {verb} ]; then
    {if_fresh}{{ {mark}exec {STRACE} -f -qq -A -o "{self.log}" {options} "{self._real}" "$@"; }}
  fi
done
exec "{self._real}" "$@"
"""
        place = self.folder / "git"
        place.write_text(script)
        place.chmod(place.stat().st_mode | stat.S_IXUSR)

    def __enter__(self) -> "GitOnPath":
        self._before = os.environ["PATH"]
        os.environ["PATH"] = f"{self.folder}:{self._before}"
        return self

    def __exit__(self, *_: object) -> None:
        os.environ["PATH"] = self._before
