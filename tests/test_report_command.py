"""`report` and `status` after a real run whose first go ended with its budget."""

import json
from pathlib import Path
from typing import Any

import pytest
from support_runs import Scene, Told, agents, integration_test, plan_text, statuses

from phasewright.scripted import ScriptedServer

pytestmark = [pytest.mark.prefect, pytest.mark.cargo, pytest.mark.timeout(600)]


def test_a_spent_budget_ends_a_phase_and_can_be_raised_and_all_of_it_is_accounted_for(
    tmp_path: Path, kept_prefect: Any
) -> None:
    work = agents(lambda _: [("tests/one.rs", integration_test(1))])
    with ScriptedServer(work) as server:
        scene = Scene(tmp_path, plan_text(Told("1", ("tests/one.rs",))), server)
        first = scene.report("--budget-tokens", "10")
        asked = scene.asked("1")
        second = scene.report("--budget-tokens", "1000000")
        status = json.loads(scene.call("status", "--json").stdout)
        costs = json.loads(scene.call("report", "--json").stdout)["costs"]
        shown = scene.call("report").stdout
        written = scene.call("report", "--html", "report.html")
        page = (scene.repo / "report.html").read_text(encoding="utf-8")

    assert {"1": ("FAILED", "budget")} == statuses(first)
    assert 1 == asked
    assert {"1": ("COMPLETE", None)} == statuses(second)
    for by in ("phase", "agent", "model"):
        assert pytest.approx(status["usd"]) == sum(row["usage"]["usd"] for row in costs[by])
    assert 0 < second["usage"]["usd"] < status["usd"]
    assert status["tokens"] > 10
    assert "| agent | conversations | requests |" in shown
    assert (0, "phasewright: wrote report.html\n") == (written.returncode, written.stderr)
    assert "Phase 1, attempt 2:" in page
    assert "+fn adds_1()" in page
