"""Sandboxes over real workspaces, for tests."""

import functools
import os
import subprocess
from pathlib import Path

from phasewright.git.repository import Repository
from phasewright.git.workspace import open_workspace
from phasewright.sandbox import Sandbox, hand_over


@functools.cache
def rust_sysroot() -> Path:
    """Return where this machine's Rust toolchain is."""
    done = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True, cwd="/")
    return Path(done.stdout.strip())


async def make_box(folder: Path, repo: Repository) -> Sandbox:
    """Return a sandbox over a new workspace of HEAD and a target directory, both in *folder*."""
    workspace, target = folder / "workspace", folder / "target"
    await open_workspace(repo, workspace, "HEAD")
    target.mkdir()
    hand_over(workspace)
    hand_over(target)
    return Sandbox(
        workspace=workspace,
        writable=(target,),
        git_dir=repo.git_dir,
        toolchain=rust_sysroot(),
        env={"CARGO_TARGET_DIR": str(target)},
    )


def alive(mark: str) -> int:
    """Count processes whose command line holds *mark*, ourselves apart; the dying do not count."""
    count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        count += mark.encode() in line and int(pid) != os.getpid()
    return count
