"""`phasewright run`: execute a plan."""

from pathlib import Path

from phasewright.cli.given import NOTHING, Given


def run(
    plan: Path | None = None,
    /,
    *,
    repo: Path = Path(),
    json: bool = False,
    fresh: bool = False,
    given: Given = NOTHING,
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
        Start anew at HEAD instead of continuing an unfinished run.
    """
    from phasewright.cli.choose import choose_plan
    from phasewright.settings import options_from

    options, chosen = options_from(given.options() | ({"fresh": True} if fresh else {})), choose_plan(plan, repo)
    from phasewright.cli.execute import execute  # loads agents and gate: what is refused is refused before

    return execute(chosen, repo, options, as_json=json)
