"""What is left of a landing at a later commit: asked by reverting it once more, in thought. Nothing stays written.

A file's part of a landing is *undone* where reverting the landing would leave the file as it is, or where a file that
the landing left is gone. What a later landing undid is that plan's own work and does not count.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from phasewright.git.candidate import commit_tree
from phasewright.git.command import git
from phasewright.git.history import resolve, tree_of
from phasewright.git.landing import try_merge
from phasewright.git.odd_names import readable, split_z
from phasewright.git.quarantine import Quarantine, quarantine
from phasewright.git.repository import Repository

_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})\b")
"""As `git revert` writes it, with and without `--reference`."""


class Remains(NamedTuple):
    """What is left of a landing. Odd names are escaped (see odd_names)."""

    changed: frozenset[str]
    """The paths that the landing changed."""
    undone: frozenset[str]
    """Those of them where nothing of it is left."""
    gone: frozenset[str]
    """Those of `undone` that the landing left as files and that are not there."""
    reverted_by: str | None
    """The commit whose message says that it reverts the landing; None where that was reverted too, or is done again."""


async def what_remains(repo: Repository, landing: str, tip: str) -> Remains:
    """Return what is left at *tip* of *landing*, one of its ancestors, itself with a parent."""
    landing, before, tip = [await resolve(repo, name) for name in (landing, f"{landing}^1", tip)]
    later = await _later(repo, landing, tip)
    async with quarantine(repo) as apart:
        thought = _Thought(repo, apart, landing, before)
        changed = await thought.changed(before, landing)
        left = changed & await thought.files(landing)
        gone = left - await thought.files(tip)
        undone = await thought.left_alone(changed, tip) | gone
        for one in later if undone else ():
            if one.is_landing:
                undone -= await thought.undoes(one.commit, changed, left)
        reverted_by = _reverted_by(landing, later)
        if reverted_by and await thought.is_whole(tip):
            reverted_by = None
    return Remains(_readable(changed), _readable(undone), _readable(gone & undone), reverted_by)


def _readable(paths: frozenset[str]) -> frozenset[str]:
    return frozenset(readable(path) for path in paths)


class _Thought:
    """Merges that no ref will ever name: their objects are written apart, and thrown away."""

    def __init__(self, repo: Repository, apart: Quarantine, landing: str, before: str) -> None:
        self._repo = repo
        self._env = apart.env
        self._landing = landing
        self._before = before

    async def left_alone(self, paths: frozenset[str], commit: str) -> frozenset[str]:
        """Return those of the landing's *paths* that reverting it on *commit* would not change."""
        back = await self._commit(self._before, on=self._landing)
        reverted = await try_merge(self._repo, commit, back, env=self._env)
        return paths - await self.changed(commit, reverted.tree) - set(reverted.conflicts)

    async def undoes(self, commit: str, changed: frozenset[str], left: frozenset[str]) -> frozenset[str]:
        """Return the paths of which something was left before *commit*, and nothing after it."""
        before = await resolve(self._repo, f"{commit}^1")
        after = await self.left_alone(changed, commit) | (left - await self.files(commit))
        return after - await self.left_alone(changed, before) - (left - await self.files(before))

    async def is_whole(self, commit: str) -> bool:
        """Say whether to land it once more on *commit* would change nothing."""
        without = await self._commit(commit, on=self._before)
        again = await try_merge(self._repo, without, self._landing, env=self._env)
        return not again.conflicts and not await self.changed(commit, again.tree)

    async def changed(self, before: str, after: str) -> frozenset[str]:
        """Return the paths in which two trees differ."""
        return await self._paths("diff-tree", "-r", "-z", "--no-renames", "--name-only", before, after)

    async def files(self, commit: str) -> frozenset[str]:
        """Return every path of a tree."""
        return await self._paths("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)

    async def _paths(self, *args: str) -> frozenset[str]:
        return frozenset(split_z(await git(self._repo, *args, env=self._env)))

    async def _commit(self, commit: str, *, on: str) -> str:
        """Return *commit*'s tree as a commit on *on*, which makes that the base of a merge, in every git."""
        tree = await tree_of(self._repo, commit)
        return await commit_tree(self._repo, tree, on, "In thought only\n", env=self._env)


class _Later(NamedTuple):
    commit: str
    is_landing: bool
    reverts: tuple[str, ...]


async def _later(repo: Repository, landing: str, tip: str) -> list[_Later]:
    """Return the commits on the way from *landing* to *tip*, the newest first."""
    form = "--format=%H%x1f%(trailers:key=Key,valueonly,separator=%x2C)%x1f%B"
    way = (f"--ancestry-path={landing}", f"{landing}..{tip}", "--")
    log = await git(repo, "log", "-z", "--topo-order", "--no-show-signature", form, *way)
    return [_read(entry) for entry in split_z(log)]


def _read(entry: str) -> _Later:
    commit, keys, message = entry.split("\x1f", 2)
    return _Later(commit, bool(keys), () if keys else tuple(_REVERTS.findall(message)))


def _reverted_by(landing: str, later: Sequence[_Later]) -> str | None:
    """Return the oldest commit that reverts *landing* and was not reverted itself.

    Args:
        later: the newest first, so that what reverts a commit is known before the commit is looked at.
    """
    standing: list[_Later] = []
    for one in later:
        if not _that_revert(standing, one.commit):
            standing.append(one)
    found = _that_revert(standing, landing)
    return found[-1] if found else None


def _that_revert(reverts: Sequence[_Later], commit: str) -> list[str]:
    return [one.commit for one in reverts if any(commit.startswith(name) for name in one.reverts)]
