"""`phasewright init`: a template that `check` has nothing to say about."""

import subprocess
import sys
from pathlib import Path

from phasewright.plan_template import PLAN

RUN = "from phasewright.cli import main; main()"


def phasewright(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, cwd=folder, timeout=60
    )


def test_the_template_is_clean(tmp_path: Path) -> None:
    assert 0 == phasewright(tmp_path, "init", "--name", "counting").returncode
    done = phasewright(tmp_path, "check", "--strict")

    assert (0, "") == (done.returncode, done.stdout)
    assert "can be run: 2 phases, 0 errors, 0 warnings, 0 notes" in done.stderr


def test_what_is_there_stays(tmp_path: Path) -> None:
    phasewright(tmp_path, "init")
    (plan,) = (tmp_path / ".ai/plans").iterdir()
    plan.write_text("mine")
    done = phasewright(tmp_path, "init")

    assert "mine" == plan.read_text()
    assert f"kept   .ai/plans/{plan.name}\n" in done.stdout


def test_the_template_s_criteria_are_checked_by_programs() -> None:
    from support_plans import plan_of

    assert all(c.check for phase in plan_of(PLAN).phases for c in phase.acceptance_criteria)
