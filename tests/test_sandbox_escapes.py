"""Nothing gets out of the sandbox; without it, the same attempts do."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support_escapes import ATTEMPTS, BEYOND_LOOPBACK, KEY, SEEN_WITHOUT_SANDBOX, WANTED, Attempt, Outside
from support_git import make_repository, sh_git
from support_sandbox import make_box

from phasewright.git.repository import find_repository
from phasewright.sandbox import Limits, Sandbox, run_sandboxed

FILES: dict[str, str | bytes | None] = {"Cargo.toml": "[package]\n", "src/lib.rs": "// lib\n"}
ORDINARY_ID = 60_986


class Scene(NamedTuple):
    """A box, and what is outside of it."""

    box: Sandbox
    outside: Outside


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    folder = Path(tempfile.mkdtemp(prefix="phasewright-escapes-"))
    folder.chmod(0o755)
    os.environ["ANTHROPIC_API_KEY"], before = KEY, os.environ.get("ANTHROPIC_API_KEY")
    outside = None
    try:
        root = make_repository(folder / "repo", FILES)
        sh_git(root, "remote", "add", "origin", "https://token@localhost/")

        async def make() -> Sandbox:
            return await make_box(folder, await find_repository(root))

        box = asyncio.run(make()).model_copy(update={"limits": Limits(tmp_bytes=256 << 20)})
        outside = Outside(folder, root / ".git")
        yield Scene(box, outside)
    finally:
        os.environ.pop("ANTHROPIC_API_KEY")
        if before:
            os.environ["ANTHROPIC_API_KEY"] = before
        if outside:
            outside.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
async def test_attempt_is_denied(scene: Scene, attempt: Attempt) -> None:
    before = scene.outside.digest()
    argv = ["/bin/sh", "-c", scene.outside.fill_in(attempt.snippet)]

    finished = await run_sandboxed(scene.box, argv, deadline_seconds=20)

    assert finished.exit_code not in (0, None), finished.text
    assert 0 == scene.outside.heard()
    assert before == scene.outside.digest()
    assert KEY not in finished.text


@pytest.mark.parametrize("attempt", WANTED, ids=lambda attempt: attempt.name)
async def test_honest_work_is_possible(scene: Scene, attempt: Attempt) -> None:
    finished = await run_sandboxed(scene.box, ["/bin/sh", "-c", attempt.snippet], deadline_seconds=20)

    assert finished.exit_code == 0, finished.text


async def test_no_file_made_inside_gives_rights_outside(scene: Scene) -> None:
    """A set-user-id file made inside belongs to the agent's uid, never to root."""
    await run_sandboxed(scene.box, ["/bin/sh", "-c", "cp /bin/true suid; chmod 6755 suid"], deadline_seconds=20)

    assert os.geteuid() != 0 or (scene.box.workspace / "suid").stat().st_uid != 0


def test_without_a_sandbox_the_attempts_get_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The control: as an ordinary user, with nothing around it."""
    folder = Path(tempfile.mkdtemp(prefix="phasewright-control-"))
    folder.chmod(0o755)
    outside = None
    try:
        root = make_repository(folder / "repo", FILES)
        sh_git(root, "remote", "add", "origin", "https://token@localhost/")
        sh_git(root, "worktree", "add", "-q", "--detach", str(folder / "workspace"))
        outside = Outside(folder, root / ".git")
        (folder / "socket").chmod(0o777)
        become: list[str] = []
        if os.geteuid() == 0:
            become = ["setpriv", f"--reuid={ORDINARY_ID}", f"--regid={ORDINARY_ID}", "--clear-groups", "--"]
            subprocess.run(["chown", "-R", f"{ORDINARY_ID}:{ORDINARY_ID}", folder], check=True)
        escaped = {
            attempt.name
            for attempt in ATTEMPTS
            if attempt.name not in BEYOND_LOOPBACK and gets_out(attempt, outside, folder, become)
        }
    finally:
        if outside:
            outside.close()
        shutil.rmtree(folder, ignore_errors=True)

    assert SEEN_WITHOUT_SANDBOX <= escaped


def gets_out(attempt: Attempt, outside: Outside, folder: Path, become: list[str]) -> bool:
    before = outside.digest()
    if not (folder / "workspace/.git").exists():
        (folder / "workspace/.git").write_text(f"gitdir: {folder}/repo/.git/worktrees/workspace\n")
    done = subprocess.run(
        [*become, "/bin/sh", "-c", outside.fill_in(attempt.snippet)],
        cwd=folder / "workspace",
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), "HOME": str(folder), "CARGO_HOME": str(folder / "cargo")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=30,
        start_new_session=True,
    )
    return done.returncode == 0 or outside.heard() > 0 or before != outside.digest()
