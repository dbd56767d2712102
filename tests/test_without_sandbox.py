"""Where no sandbox can be built everything is refused, the demo apart: it says loudly that it goes without."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from support_cli import PROGRAM, environment
from support_example import PLAN, example_repository
from support_git import make_repository
from support_sandbox import make_box

from phasewright.git.repository import find_repository
from phasewright.process import Finished
from phasewright.sandbox.box import Sandbox
from phasewright.sandbox.command import Command
from phasewright.sandbox.without import run_bare

ROOT = Path(__file__).parent.parent
NO_NAMESPACES = ("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-all")
"""What is started by this may not make a mount namespace: as root in a container of docker's."""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a capability to give up")


def without_namespaces(*argv: str, cwd: Path, timeout_seconds: float, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*NO_NAMESPACES, str(PROGRAM), *argv],
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
    )


@pytest.mark.slow
@pytest.mark.cargo
@pytest.mark.prefect
@pytest.mark.timeout(900)
@needs_root
def test_the_demo_goes_without_and_says_so_before_and_after(tmp_path: Path, kept_prefect: object) -> None:
    done = without_namespaces("demo", cwd=Path("/"), timeout_seconds=800, TMPDIR=str(tmp_path))
    before, _, report = done.stdout.partition("## Plan Execution Complete")

    assert 0 == done.returncode, done.stderr
    assert "NO SANDBOX on this machine: " in before
    assert "sandbox, cargo" not in before
    assert "- NO SANDBOX: what the agents wrote ran with your own rights on this machine" in report
    assert "phase 4, attempt 1" in report
    [log] = tmp_path.glob("phasewright-demo-*/timespan/.ai/logs/*.plan-execution-log.md")
    assert "NO SANDBOX" in log.read_text(encoding="utf-8")


@pytest.mark.cargo
@needs_root
def test_a_run_is_refused_without_one(tmp_path: Path) -> None:
    crate = example_repository(tmp_path / "timespan")
    nobody = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9", "ANTHROPIC_API_KEY": "any"}
    done = without_namespaces("run", PLAN, cwd=crate, timeout_seconds=120, **nobody)

    assert 3 == done.returncode, done.stderr
    assert "no sandbox: " in done.stderr


def test_only_the_demo_may_agree_to_go_without() -> None:
    calls = [
        str(file.relative_to(ROOT))
        for room in ("phasewright", "tasks", "flows", "deployments", "parsers")
        for file in (ROOT / room).rglob("*.py")
        if re.search(r"(?<!def )\bgo_without\(", file.read_text(encoding="utf-8"))
    ]

    assert ["phasewright/cli/demo.py"] == calls


async def bare(box: Sandbox, *argv: str, deadline_seconds: float = 60) -> Finished:
    return await run_bare(box, Command(argv, box.workspace, deadline_seconds, 64_000, None, False, b""))


@pytest.fixture
async def box(tmp_path: Path) -> Sandbox:
    root = make_repository(tmp_path / "repo", {"src/a.rs": "a\n"})
    return await make_box(tmp_path, await find_repository(root))


async def test_a_program_gets_the_environment_of_a_sandbox(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is not in it, the toolchain is, and the home is empty and gone afterwards."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    finished = await bare(box, "/bin/sh", "-c", "env; pwd; command -v cargo; ls -A $HOME; touch $HOME/x")
    lines = finished.text.splitlines()

    assert 0 == finished.exit_code, finished.text
    assert "secret" not in finished.text
    assert {str(box.workspace), f"{box.toolchain}/bin/cargo", ".cargo", f"CARGO_TARGET_DIR={box.writable[0]}"} <= set(
        lines
    )
    [home] = [line.removeprefix("HOME=") for line in lines if line.startswith("HOME=")]
    assert not Path(home).exists()


async def test_ends_are_told_as_a_sandbox_tells_them(box: Sandbox) -> None:
    """A signal is 128 + signal, a deadline None."""
    killed = await bare(box, "/bin/sh", "-c", "kill -TERM $$")
    late = await bare(box, "/bin/sh", "-c", "sleep 60", deadline_seconds=0.2)

    assert (143, None) == (killed.exit_code, late.exit_code)
