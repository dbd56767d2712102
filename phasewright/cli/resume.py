"""`phasewright resume`: go on with a run that stopped, crashed, or did not succeed."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from phasewright.options import Deliver, OnDirty, OnFailure, RunOptions

Hidden = Parameter(show=False)


def resume(
    run: str | None = None,
    /,
    *,
    repo: Path = Path(),
    json: bool = False,
    model: str | None = None,
    max_parallel: int | None = None,
    phase_timeout: float | None = None,
    agent_timeout: float | None = None,
    repair_rounds: int | None = None,
    retries: int | None = None,
    max_turns: int | None = None,
    budget_usd: float | None = None,
    on_failure: OnFailure | None = None,
    on_dirty: OnDirty | None = None,
    deliver: Deliver | None = None,
    budget_tokens: Annotated[int | None, Hidden] = None,
    wait_for_quota: Annotated[bool | None, Hidden] = None,
) -> int:
    """Go on with a run: every phase that is not complete is tried again, complete ones cost nothing.

    Parameters
    ----------
    run
        The run's id; without it, the newest run of the repository.
    repo
        The git repository.
    json
        Print one JSON object, the report, on standard output.
    model
        Options that are not given are those of the run.
    """
    given = {name: value for name, value in locals().items() if name in RunOptions.model_fields and value is not None}
    from phasewright.cli.execute import resume_run
    from phasewright.settings import options_from

    return resume_run(run, repo, options_from(given), as_json=json)
