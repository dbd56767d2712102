"""A gate's own place on disk: one checkout at a fixed path, one target. Nothing in it comes from an agent's folder.

The checkout is written by us, file by file from git's objects, and only where it differs from what we wrote before.
So cargo rebuilds exactly what changed, and no time stamp but ours reaches it. A target in which a refused candidate's
build scripts and tests ran is thrown away; the next gate starts from a copy of the last one that passed.
"""

import asyncio
import contextlib
import errno
import fcntl
import json
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from phasewright.errors import InfrastructureError
from phasewright.gate.mirror import mirror
from phasewright.gate.objects import LINK, REGULAR, Entry, Tree
from phasewright.sandbox import hand_over
from phasewright.toolchain.bench import DISK_FULL


class GatePlace(BaseModel, frozen=True):
    """Where gates keep what is theirs."""

    folder: Path
    """Checkouts, targets and homes; outside the repository and every home directory with a cargo configuration."""
    baselines: Path
    """Cached facts, one file a tree."""


class Slot:
    """One gate at a time works here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "checkout"
        self.target = folder / "target"
        self.home = folder / "home"
        self._seed = folder / "seed"
        self._state = folder / "written.json"
        self._clean = folder / "target-is-clean"

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the slot: another process's gate waits. The lock goes with the process that holds it.

        Raises:
            InfrastructureError: the disk is full; never a verdict.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(0.2)
            try:
                yield
            except OSError as problem:
                if problem.errno != errno.ENOSPC:
                    raise
                raise InfrastructureError(DISK_FULL) from problem

    def prepare_target(self) -> None:
        """Make the target one that nothing refused has written to."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._clean.exists():
            shutil.rmtree(self.target, ignore_errors=True)
            if self._seed.is_dir():
                shutil.copytree(self._seed, self.target, symlinks=True)
                hand_over(self.target)
        elif self.target.is_dir():
            # Kept apart before an unknown candidate runs in it. Cut short, it is made again: the target is still clean.
            mirror(self.target, self._seed)
        self._clean.unlink(missing_ok=True)

    @property
    def is_trusted(self) -> bool:
        """True where nothing but what was accepted wrote to the target."""
        return self._clean.exists()

    def trust_target(self, *, keep: bool = False) -> None:
        """Note that what ran in the target was accepted: the next gate may go on from it.

        Args:
            keep: make the copy for after a refusal now; the next gate need not wait for it.
        """
        self._clean.touch()
        if keep and self.target.is_dir():
            # Cut short, by a full disk too, the next gate makes it.
            with contextlib.suppress(OSError):
                mirror(self.target, self._seed)

    def differing(self, tree: Tree) -> dict[str, Entry]:
        """Return the entries of *tree* that the checkout does not hold as we wrote them, after removing all else."""
        if not self.checkout.is_dir():
            self.checkout.mkdir(parents=True)
            hand_over(self.checkout)
        state = self._read_state()
        kept = {path for path in state if path in tree and self._is_untouched(path, state[path], tree[path])}
        self._remove_all_but(kept)
        return {path: entry for path, entry in tree.items() if path not in kept and entry.mode in (*REGULAR, LINK)}

    def write(self, tree: Tree, files: Mapping[str, bytes]) -> None:
        """Write *files* (path → content), whose modes *tree* gives, and remember how every file of *tree* looks."""
        new: set[Path] = set()
        for path, content in files.items():
            place = self.checkout / path
            new.add(self._make_room(place))
            if tree[path].mode == LINK:
                place.symlink_to(os.fsdecode(content))
                continue
            place.write_bytes(content)
            place.chmod(0o755 if tree[path].mode == "100755" else 0o644)
        for place in new:
            hand_over(place)
        self._remember(tree)

    def overlay(self, files: Mapping[str, bytes | None]) -> None:
        """Put *files* over the checkout for a while (None deletes); the next tree replaces them."""
        for path, content in files.items():
            place = self.checkout / path
            place.unlink(missing_ok=True)
            if content is not None:
                new = self._make_room(place)
                place.write_bytes(content)
                hand_over(new)

    def _make_room(self, place: Path) -> Path:
        """Make the folder of *place*; return the topmost thing that is new."""
        missing = [folder for folder in (place, *place.parents) if not folder.exists()]
        place.parent.mkdir(parents=True, exist_ok=True)
        return missing[-1] if missing else place

    def _remember(self, tree: Tree) -> None:
        """Record how every file of *tree* looks on disk: last of all, for a change of owner changes it too."""
        state = {p: [*tree[p], *_look(self.checkout / p)] for p in tree if os.path.lexists(self.checkout / p)}
        self._state.write_text(json.dumps(state))

    def touched(self, tree: Tree) -> list[str]:
        """Return the files of *tree* that are not as we wrote them, and new ones that a build left behind."""
        state = self._read_state()
        changed = [p for p, entry in tree.items() if p in state and not self._is_untouched(p, state[p], entry)]
        changed += [p for p in self._files() if p not in state]
        return sorted(changed)

    def _is_untouched(self, path: str, was: list[object], entry: Entry) -> bool:
        return was[:2] == list(entry) and was[2:] == _look(self.checkout / path)

    def _read_state(self) -> dict[str, list[object]]:
        try:
            state = json.loads(self._state.read_text())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _files(self) -> list[str]:
        found = []
        for folder, folders, files in os.walk(self.checkout):
            here = Path(folder)
            links = [name for name in folders if (here / name).is_symlink()]
            found += [str((here / name).relative_to(self.checkout)) for name in files + links]
        return found

    def _remove_all_but(self, kept: set[str]) -> None:
        for path in self._files():
            if path not in kept:
                (self.checkout / path).unlink()
        for folder, _, _ in os.walk(self.checkout, topdown=False):
            if folder != str(self.checkout) and not any(Path(folder).iterdir()):
                Path(folder).rmdir()


def _look(path: Path) -> list[object]:
    """Return what changes when a file is written to: the change time cannot be set by anybody."""
    try:
        stat = path.lstat()
    except OSError:
        return []
    return [stat.st_ino, stat.st_ctime_ns, stat.st_size]
