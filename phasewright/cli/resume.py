"""`phasewright resume`: go on with a run that stopped, crashed, or did not succeed."""

from pathlib import Path

from phasewright.cli.given import NOTHING, Given


def resume(run: str | None = None, /, *, repo: Path = Path(), json: bool = False, given: Given = NOTHING) -> int:
    """Go on with a run: every phase that is not complete is tried again, complete ones cost nothing.

    Options that are not given are those of the run.

    Parameters
    ----------
    run
        The run's id; without it, the newest run of the repository.
    repo
        The git repository.
    json
        Print one JSON object, the report, on standard output.
    """
    from phasewright.cli.execute import resume_run
    from phasewright.settings import options_from

    return resume_run(run, repo, options_from(given.options()), as_json=json)
