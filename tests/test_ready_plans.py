"""Which plans of `.ai/plans` wait to be run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support_plans import phase_text

from parsers.ready_plans import ready_plans
from phasewright.plan_template import PLAN

READY = "# Counting\n\n**Status:** Reviewed - Ready for Implementation\n"
BODY = phase_text("**Dependencies:** None").removeprefix("# Counting\n")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    folder = tmp_path / ".ai/plans"
    folder.mkdir(parents=True)
    (folder / "2026-02-01.a.md").write_text(READY + BODY)
    return folder


def test_a_ready_plan_waits_and_a_draft_does_not(plans: Path) -> None:
    (plans / "2026-02-01.b.md").write_text((READY + BODY).replace("Reviewed - Ready for Implementation", "Draft"))

    assert ((plans / "2026-02-01.a.md",), {}) == ready_plans(plans.parent.parent)


def test_the_template_is_no_plan_until_it_is_edited(plans: Path) -> None:
    (plans / "2026-02-01.my-plan.md").write_text(PLAN)
    assert ["2026-02-01.a.md"] == [plan.name for plan in ready_plans(plans.parent.parent).plans]

    (plans / "2026-02-01.my-plan.md").write_text(PLAN.replace("My plan", "Our plan"))
    assert ["2026-02-01.a.md", "2026-02-01.my-plan.md"] == [
        plan.name for plan in ready_plans(plans.parent.parent).plans
    ]


def test_a_ready_plan_with_an_error_is_named(plans: Path) -> None:
    (plans / "2026-02-01.c.md").write_text((READY + BODY).replace("None", "Phase 9"))
    ready = ready_plans(plans.parent.parent)

    assert ["2026-02-01.a.md"] == [plan.name for plan in ready.plans]
    (why,) = ready.refused.values()
    assert why.startswith("2026-02-01.c.md:7:") and "error[unknown-dependency]" in why


def test_a_file_that_cannot_be_read_does_not_hide_the_others(plans: Path) -> None:
    (plans / "2026-02-01.0.md").symlink_to("nowhere")
    (plans / "2026-02-01.1.md").mkdir()
    ready = ready_plans(plans.parent.parent)

    assert ["2026-02-01.a.md"] == [plan.name for plan in ready.plans]
    assert ["2026-02-01.0.md", "2026-02-01.1.md"] == [path.name for path in ready.refused]


NIGHT = """
import asyncio, sys
from phasewright import project_root
project_root()
from flows.nightly import nightly
state = asyncio.run(nightly(sys.argv[1], return_state=True))
print(state.name, state.message, sep="|")
"""


def test_a_night_says_which_plan_could_not_be_run(plans: Path, kept_prefect: Any) -> None:
    root = plans.parent.parent
    plan = plans / "2026-02-01.a.md"
    plan.write_text(plan.read_text().replace("None", "Phase 9"))
    subprocess.run(["git", "init", "--quiet", root], check=True)
    command = [sys.executable, "-c", NIGHT, str(root)]
    env = os.environ | kept_prefect.env()
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=True)

    name, message = done.stdout.splitlines()[-1].split("|")
    assert "Failed" == name
    assert message.startswith(f"0 of 1 plans succeeded; not: .ai/plans/{plan.name} (Refused: {plan.name}:7:")
