"""New objects that no `git gc --prune=now` of the user's can take before a ref points at them.

They are written apart, packed, and brought in as one pack that is marked to be kept until the ref is there: as git
does with what is pushed to it. Written straight into the repository, 16 phases beside a collector lost objects often.
"""

import contextlib
import os
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path

from phasewright.git.command import run_git
from phasewright.git.removal import remove_tree
from phasewright.git.repository import Repository

KEEP_NOTE = "phasewright\n"
_PREFIX = "phasewright-objects-"
_STALE_SECONDS = 24 * 3600


class Quarantine:
    """A place for new objects: git calls with `env` write there and read everything."""

    def __init__(self, repo: Repository, folder: Path) -> None:
        self._repo = repo
        self._folder = folder
        self._keep: Path | None = None
        quoted = str(repo.git_dir / "objects").replace("\\", "\\\\").replace('"', '\\"')
        self.env = {"GIT_OBJECT_DIRECTORY": str(folder), "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{quoted}"'}

    async def bring_in(self, commit: str, base: str) -> None:
        """Make *commit* and all that *base* does not have part of the repository, flushed to the disk."""
        done = await run_git(
            self._repo,
            "pack-objects",
            "--revs",
            "-q",
            str(self._folder / "pack/pack"),
            stdin=f"{commit}\n^{base}\n".encode(),
            env=self.env,
        )
        name = f"pack-{done.expect(0).text.strip()}"
        shelf = self._repo.git_dir / "objects/pack"
        shelf.mkdir(exist_ok=True)
        self._keep = shelf / f"{name}.keep"
        self._keep.write_text(KEEP_NOTE)
        for ending in (".pack", ".rev", ".idx"):  # git looks for the index, so it comes last
            part = self._folder / "pack" / f"{name}{ending}"
            if part.exists():
                part.rename(shelf / part.name)
        _flush(shelf)

    def release(self) -> None:
        """Take the mark off the pack."""
        if self._keep:
            self._keep.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def quarantine(repo: Repository) -> AsyncIterator[Quarantine]:
    """Yield a quarantine. Let a ref point at what was brought in before this ends: it is kept no longer.

    What a crash left long ago goes too.
    """
    for old in repo.git_dir.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > _STALE_SECONDS:
                await remove_tree(old)
    folder = repo.git_dir / f"{_PREFIX}{secrets.token_hex(6)}"
    (folder / "pack").mkdir(parents=True)
    apart = Quarantine(repo, folder)
    try:
        yield apart
    finally:
        apart.release()
        await remove_tree(folder)


def _flush(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
