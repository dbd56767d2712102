"""Bring a candidate onto the run's branch: plumbing only, no work tree, one compare-and-swap of one ref."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from phasewright.errors import MergeConflict, RefMoved, UsageError
from phasewright.git.candidate import commit_tree
from phasewright.git.command import run_git
from phasewright.git.history import is_ancestor, resolve
from phasewright.git.odd_names import readable
from phasewright.git.quarantine import quarantine
from phasewright.git.refs import update_ref
from phasewright.git.repository import Repository

__all__ = [
    "commit_tree",
    "create_branch",
    "landed_with_key",
    "landing_message",
    "merge_tree",
    "move_branch",
    "try_merge",
]

_EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""By length of an object name. Attributes are read from here: `merge=union` must not hide a conflict."""

_KEY = re.compile(r"^ {0,4}Attempt: \d+\n {0,4}Key: (\S+)\n {0,4}Gate: ", re.MULTILINE)
"""As `landing_message` writes it. `git merge --squash` indents what it quotes."""


async def create_branch(repo: Repository, branch: str, commit: str) -> None:
    """Make sure that *branch* exists: at *commit*, or where a run that began at *commit* has brought it.

    Raises:
        UsageError: git takes no branch of this name here.
        RefMoved: there is a branch of this name that does not come from *commit*.
    """
    commit = await resolve(repo, commit)
    tip = await _tip(repo, branch)
    if tip is None:
        asked = await run_git(repo, "check-ref-format", f"refs/heads/{branch}")
        if asked.exit_code != 0:
            raise UsageError(f"{branch!r} is no name for a branch")
        await update_ref(repo, f"refs/heads/{branch}", commit, old="0" * len(commit), why="run")
    elif not await is_ancestor(repo, commit, tip):
        raise RefMoved(f"branch {branch!r} is at {tip[:12]}, which does not come from {commit[:12]}")


class Merged(NamedTuple):
    """What git made of two commits."""

    tree: str
    """With conflicts it holds their marks."""
    conflicts: tuple[str, ...]
    """Paths, as git writes them."""


async def merge_tree(repo: Repository, tip: str, candidate: str) -> str:
    """Return the tree of *candidate* merged into *tip*. No ref moves.

    Raises:
        MergeConflict: with the paths.
    """
    merged = await try_merge(repo, await resolve(repo, tip), candidate)
    if merged.conflicts:
        raise MergeConflict([readable(path) for path in merged.conflicts])
    return merged.tree


async def try_merge(repo: Repository, ours: str, theirs: str, *, env: Mapping[str, str] | None = None) -> Merged:
    """Return what comes of merging *theirs* into *ours*, a commit's full name, conflicts and all. No ref moves."""
    arguments = ("--write-tree", "-z", "--name-only", "--no-messages", ours, theirs)
    settings = {"attr.tree": _EMPTY_TREES[len(ours)]}
    done = await run_git(repo, "merge-tree", *arguments, settings=settings, env=env)
    tree, *paths = done.expect(0, 1).stdout.decode("utf-8", "surrogateescape").split("\0")
    conflicts = tuple(dict.fromkeys(path for path in paths if path)) if done.exit_code == 1 else ()
    return Merged(tree.strip(), conflicts)


async def move_branch(repo: Repository, branch: str, old: str, new: str) -> None:
    """Move *branch* from *old* to *new*.

    Raises:
        RefMoved: it was not at *old*; nothing has changed.
        CommandFailed: *new* is gone, by a `git gc --prune=now` of the user's, say; make it again.
    """
    async with quarantine(repo) as apart:
        await apart.bring_in(new, old)
        await update_ref(repo, f"refs/heads/{branch}", new, old=old, why="landed")


async def landed_with_key(repo: Repository, branch: str, key: str) -> str | None:
    """Return the newest commit on *branch* that landed *key*, by its trailers; None when there is none.

    Commits that a user squashed into one carry the trailers of each, one paragraph after another.
    """
    if await _tip(repo, branch) is None:
        return None
    looked = await run_git(
        repo,
        "log",
        "-z",
        "--first-parent",
        "--min-parents=1",
        "--fixed-strings",
        f"--grep=Key: {key}",
        "--format=%H%n%B",
        f"refs/heads/{branch}",
        "--",
        settings={"log.showSignature": "false"},
    )
    for entry in looked.expect(0).text.split("\0"):
        commit, _, message = entry.partition("\n")
        if key in _KEY.findall(message):
            return commit
    return None


def landing_message(subject: str, *, plan: str, phase: str, run: str, attempt: int, key: str, gate: str) -> str:
    """Return the message of a landed commit. Values are put on one line: text of an agent's makes no trailer."""
    trailers = {"Plan": plan, "Phase": phase, "Run": run, "Attempt": str(attempt), "Key": key, "Gate": gate}
    lines = [f"{name}: {_one_line(value)}" for name, value in trailers.items()]
    return f"{_one_line(subject) or 'Land a phase'}\n\n" + "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


async def _tip(repo: Repository, branch: str) -> str | None:
    asked = await run_git(repo, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")
    return asked.text.strip() if asked.exit_code == 0 else None
