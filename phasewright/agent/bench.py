"""The real workbench: a job's workspace, its programs in the sandbox, its quick checks by the gate's machinery."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from phasewright.agent.job import PhaseJob
from phasewright.cargo.registry import registry_path
from phasewright.cargo.toolchain import prefetch
from phasewright.errors import InfrastructureError, PreflightFailed
from phasewright.process import Finished
from phasewright.sandbox import Sandbox, hand_over, run_sandboxed
from phasewright.sandbox.ownership import SPARE_ID
from phasewright.toolchain.quick import quick_check
from phasewright.tools.tool import ToolFailed
from phasewright.tools.workbench import CheckKind, Workbench


class SandboxBench:
    """A job's workspace and its sandbox: nothing else is writable, no network, no secrets."""

    def __init__(self, job: PhaseJob) -> None:
        self.workspace = job.workspace
        self.outputs = job.outputs
        self.base = job.base
        self._quick = job.quick
        self._box = (job.view or Sandbox(workspace=job.workspace)).model_copy(
            update={"writable": (job.target,), "git_dir": job.git_dir, "env": {"CARGO_TARGET_DIR": str(job.target)}}
        )

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
        return await run_sandboxed(
            self._box,
            argv,
            deadline_seconds=timeout_seconds,
            keep_bytes=keep_bytes,
            output_path=output_path,
            stdin=stdin,
        )

    async def check(self, kind: CheckKind, *, timeout_seconds: float) -> str:
        """Return what the toolchain says about the workspace as it is."""
        return await quick_check(self.workspace, kind, self._quick, self._box, timeout_seconds)

    async def fetch(self, manifest: str) -> None:
        """Download what *manifest*, which must be ours, depends on.

        Raises:
            ToolFailed: cargo cannot; with its reason.
        """
        with tempfile.TemporaryDirectory(prefix="phasewright-fetch-") as folder:
            (Path(folder) / "src").mkdir()
            (Path(folder) / "src" / "lib.rs").touch()
            (Path(folder) / "Cargo.toml").write_text(manifest)
            try:
                await prefetch(Path(folder))
            except (InfrastructureError, PreflightFailed) as error:
                raise ToolFailed(f"it cannot be downloaded: {str(error).replace(folder, 'it')}") from error
        self._box = self._box.model_copy(update={"registry": registry_path()})  # it may be the first crate ever


def make_bench(job: PhaseJob) -> Workbench:
    """Return the workbench of *job*."""
    job.outputs.mkdir(parents=True, exist_ok=True)
    job.target.mkdir(parents=True, exist_ok=True)
    for place in (job.workspace, job.target):
        if os.geteuid() == 0 and place.stat().st_uid != SPARE_ID:
            hand_over(place)
    return SandboxBench(job)
