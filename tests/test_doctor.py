"""`phasewright doctor` names what is missing and how to get it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from phasewright import project_root
from phasewright.cli.doctor import all_checks

PHASEWRIGHT = project_root() / ".venv/bin/phasewright"
CHECKS = ["python", "packages", "git", "rust", "sandbox", "model", "state", "prefect"]


def run_doctor(*args: str, **changes: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in {**os.environ, **changes}.items() if value}
    return subprocess.run(
        [PHASEWRIGHT, "doctor", *args], capture_output=True, text=True, check=False, env=env, timeout=120
    )


def test_ready_machine_is_exit_0() -> None:
    done = run_doctor("--json")

    report = json.loads(done.stdout)
    assert (0, True, "") == (done.returncode, report["ready"], done.stderr)
    assert CHECKS == [check["name"] for check in report["checks"]]
    assert "anthropic " in report["checks"][1]["found"]


def test_what_is_missing_is_exit_3_with_advice(tmp_path: Path) -> None:
    changes = {"ANTHROPIC_API_KEY": "", "PATH": str(tmp_path), "XDG_STATE_HOME": "/proc/nowhere"}

    done = run_doctor(**changes)

    assert 3 == done.returncode
    missing = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("MISSING")]
    assert ["git", "rust", "model", "state"] == missing
    assert "install git 2.38" in done.stdout and "https://rustup.rs" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


async def test_key_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary-key")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "localhost:1")

    model = next(check for check in await all_checks(tmp_path) if check.name == "model")

    assert "missing" == model.status
    assert "canary" not in model.model_dump_json()
