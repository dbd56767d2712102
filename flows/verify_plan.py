"""The gate alone, on two commits: no model is asked, nothing lands."""

from prefect import flow
from prefect.client.schemas.objects import State

from phasewright.result import Verdict
from tasks.judge import judge
from tasks.states import verdict_state


@flow(name="verify-plan", validate_parameters=True, persist_result=False)
async def verify_plan(plan: str, repo: str, phase: str, base: str, head: str = "HEAD") -> State[Verdict]:
    """Judge the work between two commits as a phase of a plan.

    Args:
        plan: Path of the markdown plan, absolute or from the repository's root.
        repo: Path of the git repository.
        phase: The phase's id. On the command line a number needs quotes: -p 'phase="2"'.
        base: The revision that the work started from.
        head: The revision that holds the work.
    """
    return verdict_state(await judge(plan, repo, phase, base, head))
