"""`check` and `diff_stat`: what an orchestrator can learn of the workspace without touching it."""

from typing import Literal

from pydantic import Field

from phasewright.tools.tool import Tool, ToolFailed, ToolInput
from phasewright.tools.workbench import Workbench

CHECK_SECONDS = 600.0
_GIT_SECONDS = 60.0


class CheckInput(ToolInput):
    kind: Literal["build", "test", "lint", "format", "all"] = Field(description="What to look at.")


class DiffStatInput(ToolInput):
    """No input."""


def check_tool(bench: Workbench) -> Tool:
    """Return the tool that builds, tests or lints the workspace as it is."""

    async def run(asked: CheckInput) -> str:
        return await bench.check(asked.kind, timeout_seconds=CHECK_SECONDS)

    description = "Build, test, lint or format-check the workspace as it is now. Feedback only: the gate decides later."
    return Tool("check", description, CheckInput, run)


def diff_stat_tool(bench: Workbench) -> Tool:
    """Return the tool that says which files differ from the phase's start."""

    async def run(_: DiffStatInput) -> str:
        return await diff_stat(bench) or "nothing differs from the phase's start"

    return Tool("diff_stat", "Say which files differ from the start of the phase, and by how much.", DiffStatInput, run)


async def diff_stat(bench: Workbench) -> str:
    """Return `git diff --stat` against the phase's start, and the new files; empty when nothing differs.

    Raises:
        ToolFailed: git cannot tell.
    """
    tracked = ["git", "diff", "--stat=120", "--no-color", "--no-ext-diff", "--no-textconv", bench.base, "--"]
    new = ["git", "ls-files", "--others", "--exclude-standard"]
    parts = []
    for argv, heading in ((tracked, ""), (new, "new files:\n")):
        finished = await bench.run(argv, timeout_seconds=_GIT_SECONDS)
        if finished.exit_code != 0:
            raise ToolFailed(f"git cannot tell: {finished.text.strip()[:300]}")
        if text := finished.text.rstrip():
            parts.append(heading + text)
    return "\n".join(parts)
