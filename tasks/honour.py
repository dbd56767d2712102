"""Is a checkpoint still true? Asked outside the cached task: Prefect believes its storage, we ask git."""

from phasewright.gate.change import is_listed
from phasewright.git.history import is_ancestor
from phasewright.git.taken_back import Remains, what_remains
from phasewright.plan import FileChanges
from phasewright.result import PhaseResult, PhaseStatus
from tasks.run import Run


async def is_honoured(run: Run, found: object, key: str) -> bool:
    """Return True when *found* is a phase landed under *key*, its commit on the run's branch, its work still there."""
    if not isinstance(found, PhaseResult) or found.status != PhaseStatus.COMPLETE or found.landed_commit is None:
        return False
    tip = await run.tip()
    if found.key != key or not await is_ancestor(run.repository, found.landed_commit, tip):
        return False
    remains = await what_remains(run.repository, found.landed_commit, tip)
    why = why_taken_back(remains, run.phase(found.id).files)
    if why is not None:
        run.warn_once(f"phase {found.id} had landed as {found.landed_commit[:10]} and is done again: {why}")
    return why is None


def why_taken_back(remains: Remains, promised: FileChanges) -> str | None:
    """Return why a landing no longer counts; None while it does.

    Someone said so by `git revert`; or nothing of it is left, in all its files or in one that the plan promised; or a
    file of it is gone. Edits that leave some of it in each promised file take nothing back.
    """
    if remains.reverted_by:
        return f"commit {remains.reverted_by[:10]} says that it reverts it"
    if remains.gone:
        return f"gone since: {_some(remains.gone)}"
    if remains.changed and remains.undone == remains.changed:
        return "nothing of it is left"
    if broken := [path for path in remains.undone if is_listed(path, promised)]:
        return f"nothing of it is left in {_some(broken)}"
    return None


def _some(paths: frozenset[str] | list[str]) -> str:
    first = sorted(paths)[:3]
    return ", ".join(map(repr, first)) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
