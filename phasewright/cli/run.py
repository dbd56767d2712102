"""`phasewright run`: execute a plan."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from phasewright.options import Deliver, GateScope, OnDirty, OnFailure, ProveRed, RunOptions

Hidden = Parameter(show=False)


def run(
    plan: Path | None = None,
    /,
    *,
    repo: Path = Path(),
    json: bool = False,
    fresh: bool | None = None,
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
    cargo_slots: Annotated[int | None, Hidden] = None,
    gate_scope: Annotated[GateScope | None, Hidden] = None,
    prove_red: Annotated[ProveRed | None, Hidden] = None,
    wait_for_quota: Annotated[bool | None, Hidden] = None,
) -> int:
    """Execute a plan: agents work, the gate decides, what passes lands on a branch.

    A plan whose newest run is unfinished is continued. Exit codes: 0 success, 1 plan refused, 2 usage, 3 pre-flight
    failed, 4 finished but not a success, 5 the machinery failed, 6 this plan is being run, 130 stopped.

    Parameters
    ----------
    plan
        The markdown plan. Without it, the ready plans in .ai/plans are offered.
    repo
        The git repository.
    json
        Print one JSON object, the report, on standard output.
    fresh
        Start anew at HEAD.
    model
        Model of orchestrators, and of sub-agents that name none.
    max_parallel
        Model conversations at a time.
    phase_timeout
        Seconds for one attempt's conversations.
    agent_timeout
        Seconds for one sub-agent.
    repair_rounds
        New attempts after a refused gate.
    retries
        Retries of a phase after infrastructure errors.
    max_turns
        Model queries that a conversation may make.
    budget_usd
        Dollars that the run may spend.
    on_failure
        What to do when a phase ends without being complete.
    on_dirty
        What to do with uncommitted changes.
    deliver
        Where the result goes after success: ff moves HEAD to it.
    """
    given = {name: value for name, value in locals().items() if name in RunOptions.model_fields and value is not None}
    from phasewright.cli.choose import choose_plan
    from phasewright.settings import options_from

    options, chosen = options_from(given), choose_plan(plan, repo)
    from phasewright.cli.execute import execute  # loads agents and gate: what is refused is refused before

    return execute(chosen, repo, options, as_json=json)
