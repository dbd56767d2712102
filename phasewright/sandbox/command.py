"""One command for a sandbox, as the caller asks for it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from phasewright.process import Finished, run


class Command(NamedTuple):
    """What is to run, how long it may take, and what is kept of its output."""

    argv: tuple[str, ...]
    cwd: Path
    deadline_seconds: float
    keep_bytes: int
    output_path: Path | None
    split: bool
    stdin: bytes

    async def run_as(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], pass_fds: Sequence[int] = ()
    ) -> Finished:
        """Run *argv*, which brings the command about, with the command's own limits, input and output."""
        finished = await run(
            argv,
            cwd=cwd,
            env=env,
            deadline_seconds=self.deadline_seconds,
            stdin=self.stdin,
            split=self.split,
            keep_bytes=self.keep_bytes,
            output_path=self.output_path,
            pass_fds=pass_fds,
        )
        return finished.model_copy(update={"argv": self.argv})
