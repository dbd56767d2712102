"""`delegate`: an orchestrator's one way to get work done."""

from collections.abc import Awaitable, Callable

from pydantic import Field

from phasewright.tools.tool import Tool, ToolInput


class DelegateInput(ToolInput):
    agent: str = Field(min_length=1, description="Name of the agent, as listed.")
    task: str = Field(description="What to do. The agent sees this text, and nothing of your conversation.")
    files: list[str] = Field(default=[], description="Files to create, modify or read first.")
    acceptance_criteria: list[str] = Field(default=[], description="What must be true when it is done.")


def delegate_tool(run: Callable[[DelegateInput], Awaitable[str]]) -> Tool:
    """Return the tool that hands a task to *run*."""
    description = (
        "Give a task to a sub-agent, which works in the same workspace and reports back in a short summary. "
        "Several calls in one turn run side by side: do that only for tasks that touch different files."
    )
    return Tool("delegate", description, DelegateInput, run, side_by_side=True)
