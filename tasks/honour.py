"""Is a checkpoint still true? Asked outside the cached task: Prefect believes its storage, we ask git."""

from phasewright.git.command import git
from phasewright.git.history import is_ancestor, read_file
from phasewright.result import PhaseResult, PhaseStatus
from tasks.run import Run


async def is_honoured(run: Run, found: object, key: str) -> bool:
    """Return True when *found* is a phase landed under *key*, its commit on the run's branch, its artifacts there."""
    if not isinstance(found, PhaseResult) or found.status != PhaseStatus.COMPLETE or found.landed_commit is None:
        return False
    tip = await run.tip()
    if found.key != key or not await is_ancestor(run.repository, found.landed_commit, tip):
        return False
    return all([await _is_there(run, tip, path) for path in found.artifacts])


async def _is_there(run: Run, tip: str, path: str) -> bool:
    """Return True for a file that is there, or that a later phase's landing took away."""
    if await read_file(run.repository, tip, path) is not None:
        return True
    last = await git(run.repository, "log", "-1", "--format=%(trailers:key=Phase,valueonly)", tip, "--", path)
    return bool(last.strip())
