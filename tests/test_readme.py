"""What README.md shows is what happens. Every command in it is executed, here or by the test that is named here."""

import re
import subprocess
from pathlib import Path

import pytest
from support_cli import environment, phasewright
from support_example import PLAN, example_repository
from support_readme import README, ROOT, missing_lines, shown_commands

CHECK = f"phasewright check {PLAN}"
ELSEWHERE = {
    "uv tool install .": "test_wheel.py::test_an_installed_phasewright_finds_its_rooms_from_anywhere",
    f"phasewright run {PLAN}": "test_end_to_end.py::test_a_plan_goes_in_and_verified_commits_come_out",
    "phasewright resume": "test_end_to_end.py::test_killed_in_phase_2_it_goes_on_without_asking_phase_1_again",
    "prefect deployment run execute-plan/adhoc -p plan=.ai/plans/my-plan.md -p repo=/path/to/repository": (
        "test_deployments.py::test_adhoc_runs_a_plan_and_leaves_its_branch"
    ),
}


@pytest.mark.cargo
@pytest.mark.prefect
@pytest.mark.timeout(600)
def test_the_demo_shows_what_is_shown(tmp_path: Path) -> None:
    [demo] = [shown for shown in shown_commands() if shown.command == "make demo"]
    env = environment(TMPDIR=str(tmp_path))
    ended = subprocess.run(
        ["make", "demo"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=500
    )

    assert 0 == ended.returncode, ended.stdout[-2000:] + ended.stderr[-2000:]
    assert [] == missing_lines(demo, ended.stdout)
    assert "phases 2 and 3 worked side by side" in ended.stdout
    assert "The scripted session did not fit" not in ended.stdout
    [kept] = tmp_path.glob("phasewright-demo-*/timespan")
    assert "**Status:** Implemented" in (kept / PLAN).read_text(encoding="utf-8")


def test_check_says_what_is_shown(tmp_path: Path) -> None:
    [check] = [shown for shown in shown_commands() if shown.command == CHECK]
    ended = phasewright(*check.command.split()[1:], cwd=example_repository(tmp_path / "timespan"))

    assert (0, []) == (ended.returncode, missing_lines(check, ended.stdout + ended.stderr))


def test_every_command_is_executed_somewhere() -> None:
    commands = {shown.command for shown in shown_commands()} - {"make demo", CHECK}

    assert commands == set(ELSEWHERE)


@pytest.mark.parametrize("test", ELSEWHERE.values())
def test_the_tests_that_execute_commands_are_there(test: str) -> None:
    file, _, name = test.partition("::")

    assert re.search(rf"^(async )?def {name}\(", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8"))

    assert len(links) >= 4
    assert [] == [link for link in links if not (ROOT / link).exists()]
