"""A workbench without a sandbox, over a small git repository: for tests of what stands on it."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from phasewright.agent.definition import GENERAL_PURPOSE, AgentDefinition
from phasewright.agent.job import JobLimits, PhaseJob
from phasewright.plan import FileChanges, Phase
from phasewright.process import Finished, run
from phasewright.tools.tool import ToolFailed
from phasewright.tools.workbench import CheckKind

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@t",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@t",
}


def git(folder: Path, *args: str) -> str:
    """Run git in *folder* and return its output."""
    done = subprocess.run(["git", *args], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, timeout=30)
    return done.stdout.decode().strip()


def make_workspace(folder: Path) -> Path:
    """Make a repository with one commit: `src/lib.rs`, `.gitignore` (target/)."""
    workspace = folder / "workspace"
    (workspace / "src").mkdir(parents=True)
    (workspace / "src" / "lib.rs").write_text("pub fn one() -> u32 {\n    1\n}\n")
    (workspace / ".gitignore").write_text("target/\n")
    git(workspace, "init", "-q", "-b", "main")
    git(workspace, "add", "-A")
    git(workspace, "commit", "-q", "-m", "base")
    return workspace


class LocalBench:
    """Runs programs in the workspace as they are."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "workspace" if (folder / "workspace").exists() else make_workspace(folder)
        self.outputs = folder / "outputs"
        self.outputs.mkdir(exist_ok=True)
        self.base = git(self.workspace, "rev-parse", "HEAD")
        self.checks: list[CheckKind] = []
        self.fetched: list[str] = []

    async def run(
        self,
        argv: Sequence[str],
        *,
        timeout_seconds: float,
        keep_bytes: int = 64_000,
        output_path: Path | None = None,
        stdin: bytes = b"",
    ) -> Finished:
        return await run(
            argv,
            cwd=self.workspace,
            env=ENVIRONMENT,
            deadline_seconds=timeout_seconds,
            keep_bytes=keep_bytes,
            output_path=output_path,
            stdin=stdin,
        )

    async def check(self, kind: CheckKind, *, timeout_seconds: float) -> str:
        self.checks.append(kind)
        return f"{kind}: fine"

    async def fetch(self, manifest: str) -> None:
        self.fetched.append(manifest)
        if "no-such-crate" in manifest:
            raise ToolFailed("it cannot be downloaded: no matching package named `no-such-crate` found")


def make_job(bench: LocalBench, *, agents: Sequence[AgentDefinition] = (), **changes: object) -> PhaseJob:
    """Return a job over *bench*'s workspace, with fields replaced by *changes*."""
    phase = Phase(
        id="1",
        name="Parser",
        line=10,
        owner="Rust Developer",
        files=FileChanges(create=("src/parser.rs",)),
        text="## Phase 1: Parser\n\nWrite a parser in src/parser.rs.\n",
    )
    job = PhaseJob(
        run="20261125-020000-abcd",
        plan_title="Test plan",
        plan_path=".ai/plans/test.md",
        phase=phase,
        base=bench.base,
        workspace=bench.workspace,
        target=bench.workspace / "target",
        outputs=bench.outputs,
        repository=bench.workspace,
        git_dir=bench.workspace / ".git",
        limits=JobLimits(phase_seconds=30, agent_seconds=10),
        agents=tuple(agents) or (AgentDefinition(name="rust-developer", prompt="You write Rust."), GENERAL_PURPOSE),
    )
    return job.model_copy(update=changes)
