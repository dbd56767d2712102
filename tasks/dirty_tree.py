"""Uncommitted changes of the user's before a run begins: what an option or a person says is done, nothing else."""

from collections.abc import Sequence

from pydantic import BaseModel

from phasewright.asker import Asker
from phasewright.errors import PreflightFailed
from phasewright.git.dirty import commit, snapshot, stash
from phasewright.git.history import dirty_paths
from phasewright.git.repository import Repository
from phasewright.options import OnDirty

_SHOWN = 5


class CleanStart(BaseModel, frozen=True):
    """Where a run may begin."""

    head: str
    """The user's HEAD by now."""
    base: str
    """The commit from which the run's branch starts."""
    is_snapshot: bool = False
    """True: the base holds uncommitted changes, so HEAD must not move to what comes of it."""


async def clean_start(
    repository: Repository,
    head: str,
    on_dirty: OnDirty | None,
    *,
    expected: Sequence[str],
    run: str,
    asker: Asker | None,
) -> CleanStart:
    """Return where the run may begin.

    Raises:
        PreflightFailed: the tree is dirty, and nothing was asked for or refusal was.
    """
    dirty = await dirty_paths(repository, expected)
    if not dirty:
        return CleanStart(head=head, base=head)
    names = ", ".join(dirty[:_SHOWN]) + (f" and {len(dirty) - _SHOWN} more" if len(dirty) > _SHOWN else "")
    choice = on_dirty or (OnDirty.ASK if asker else OnDirty.REFUSE)
    if choice == OnDirty.ASK:
        choice = await _answer(asker, names)
    match choice:
        case OnDirty.STASH:
            await stash(repository, message=f"phasewright: before run {run}", expected=expected)
            return CleanStart(head=head, base=head)
        case OnDirty.COMMIT:
            made = await commit(repository, message=f"Work in progress before phasewright run {run}", expected=expected)
            return CleanStart(head=made or head, base=made or head)
        case OnDirty.SNAPSHOT:
            made = await snapshot(
                repository, message=f"Snapshot for phasewright run {run}", ref=f"refs/phasewright/{run}/snapshot"
            )
            return CleanStart(head=head, base=made, is_snapshot=True)
    raise PreflightFailed(
        [f"uncommitted changes: {names}; commit them, or choose with --on-dirty stash|commit|snapshot"]
    )


async def _answer(asker: Asker | None, names: str) -> OnDirty:
    if asker is None:
        return OnDirty.REFUSE
    choices = [str(c) for c in (OnDirty.STASH, OnDirty.COMMIT, OnDirty.SNAPSHOT, OnDirty.REFUSE)]
    return OnDirty(await asker(f"There are uncommitted changes: {names}.", choices, str(OnDirty.REFUSE)))
