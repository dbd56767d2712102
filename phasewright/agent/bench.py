"""The real workbench: a job's workspace, its programs in the sandbox, quick checks with cargo."""

from collections.abc import Sequence
from pathlib import Path

from phasewright.agent.job import PhaseJob
from phasewright.clean import clean, head_and_tail
from phasewright.process import Finished
from phasewright.sandbox import Sandbox, run_sandboxed
from phasewright.tools.workbench import CheckKind, Workbench

CHECKS: dict[str, tuple[str, ...]] = {
    "build": ("cargo", "build", "--workspace", "--all-targets"),
    "test": ("cargo", "test", "--workspace", "--no-fail-fast"),
    "lint": ("cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"),
    "format": ("cargo", "fmt", "--all", "--check"),
}
_SHOWN_CHARACTERS = 6_000


class SandboxBench:
    """A job's workspace and its sandbox: nothing else is writable, no network, no secrets."""

    def __init__(self, job: PhaseJob) -> None:
        self.workspace = job.workspace
        self.outputs = job.outputs
        self.base = job.base
        self._box = Sandbox(
            workspace=job.workspace,
            writable=(job.target,),
            git_dir=job.git_dir,
            toolchain=job.sysroot,
            registry=job.registry,
            env={"CARGO_TARGET_DIR": str(job.target)},
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
        """Return what cargo says, one part a check, the outcome of each in its first line."""
        kinds = tuple(CHECKS) if kind == "all" else (kind,)
        return "\n\n".join([await self._check(name, timeout_seconds) for name in kinds])

    async def _check(self, name: str, timeout_seconds: float) -> str:
        finished = await self.run(CHECKS[name], timeout_seconds=timeout_seconds)
        if finished.timed_out:
            outcome = f"not finished after {timeout_seconds:.0f} s"
        else:
            outcome = "passed" if finished.exit_code == 0 else "failed"
        text = head_and_tail(clean(finished.text).strip(), _SHOWN_CHARACTERS)
        return f"{name} ({' '.join(CHECKS[name])}): {outcome}\n{text}"


def make_bench(job: PhaseJob) -> Workbench:
    """Return the workbench of *job*."""
    job.target.mkdir(parents=True, exist_ok=True)
    job.outputs.mkdir(parents=True, exist_ok=True)
    return SandboxBench(job)
