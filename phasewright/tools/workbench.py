"""What tools need of the outside: the workspace's folder, and a way to run programs in its sandbox."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

from phasewright.process import Finished

CheckKind = Literal["build", "test", "lint", "format", "all"]


class Workbench(Protocol):
    """A phase's workspace, with programs run in its sandbox."""

    workspace: Path
    outputs: Path
    """A folder of ours, outside of the sandbox, for outputs too long to show."""
    base: str
    """The commit that the workspace began at."""

    async def run(
        self,
        argv: Sequence[str],
        *,
        timeout_seconds: float,
        keep_bytes: int = 64_000,
        output_path: Path | None = None,
        stdin: bytes = b"",
    ) -> Finished:
        """Run a program in the workspace's root, inside the sandbox."""
        ...

    async def check(self, kind: CheckKind, *, timeout_seconds: float) -> str:
        """Return fast feedback about the workspace as it is."""
        ...

    async def fetch(self, manifest: str) -> None:
        """Download what a manifest of ours depends on; raise ToolFailed where that fails."""
        ...
