"""`bash`: one command in the workspace's root, in the sandbox. Stateless: the next command starts there again."""

import itertools

from pydantic import Field

from phasewright.clean import clean, head_and_tail
from phasewright.tools.tool import Tool, ToolInput
from phasewright.tools.workbench import Workbench

DEFAULT_SECONDS = 120.0
MOST_SECONDS = 1800.0
SHOWN_CHARACTERS = 10_000
_KEEP_BYTES = 50_000

_DESCRIPTION = (
    "Run a bash command in the root of the workspace. There is no network and no state between calls: "
    "`cd` and variables last for one call. cargo, git and python3 exist; git's own folder cannot be written. "
    "The first line of the result is the exit code. Long output is cut in the middle; the whole of it stays readable "
    "with read_file under the name given there."
)


class BashInput(ToolInput):
    command: str = Field(min_length=1, description="The command, as for `bash -c`.")
    timeout_seconds: float | None = Field(
        default=None, gt=0, le=MOST_SECONDS, description=f"When to kill it; {DEFAULT_SECONDS:g} if not given."
    )


def bash_tool(bench: Workbench, who: str) -> Tool:
    """Return the tool for *bench*; *who* names the files of long outputs, so that no two agents share one."""
    numbers = itertools.count(1)

    async def run(asked: BashInput) -> str:
        path = bench.outputs / f"{who}-{next(numbers)}.txt"
        finished = await bench.run(
            ["bash", "-c", asked.command],
            timeout_seconds=asked.timeout_seconds or DEFAULT_SECONDS,
            keep_bytes=_KEEP_BYTES,
            output_path=path,
        )
        text = clean(finished.text)
        if len(text) <= SHOWN_CHARACTERS and finished.output_bytes <= 2 * _KEEP_BYTES:
            path.unlink(missing_ok=True)
        return f"{_first_line(finished.exit_code, finished.timed_out, finished.duration_seconds)}\n" + head_and_tail(
            text, SHOWN_CHARACTERS, f"read_file {OUTPUT_PREFIX}{path.name}"
        )

    return Tool("bash", _DESCRIPTION, BashInput, run)


OUTPUT_PREFIX = "phasewright-output/"
"""Paths below this name outputs of commands, not files of the workspace."""


def _first_line(exit_code: int | None, timed_out: bool, seconds: float) -> str:
    if timed_out:
        return f"exit code: none, killed after {seconds:.0f} s (output so far follows)"
    if exit_code is None:
        return "exit code: none, killed: too much output"
    return f"exit code: {exit_code}"
