"""Deployed with one command, run by a worker: a real server, a real process worker, the example's plan."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support_deployments import Deployed, branches, deployed_with, example_with_drafts, git
from support_example import PLAN, session
from support_plans_run import delegates, document, one_phase_plan, only_claims, writes

from phasewright.scripted import ScriptedServer, start

pytestmark = [pytest.mark.cargo, pytest.mark.prefect, pytest.mark.timeout(900)]

RUN_SECONDS = 400
"""A quiet machine needs a minute; a busy one must not fail the test."""
FAILING = ".ai/plans/2026-01-02.lies-once.md"
JUDGED = ".ai/plans/judged.md"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    """The example's agents; phase 9 lies once, and works then."""
    short = (only_claims("9", "1"), delegates("9", "2"), writes("9", "2"), delegates("10"), writes("10"))
    with start(session().model_copy(update={"conversations": (*short, *session().conversations)})) as running:
        yield running


@pytest.fixture(scope="module")
def crate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a draft, which adhoc runs all the same; two plans that are ready."""
    return example_with_drafts(
        tmp_path_factory.mktemp("repositories") / "timespan", {"9": FAILING, "10": ".ai/plans/2026-01-03.works.md"}
    )


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, model: ScriptedServer, crate: Path) -> Iterator[Deployed]:
    with deployed_with(tmp_path_factory.mktemp("deployed"), model, crate) as deployed:
        yield deployed


def test_adhoc_runs_a_plan_and_leaves_its_branch(deployed: Deployed, crate: Path, model: ScriptedServer) -> None:
    asked = deployed.prefect(
        *("deployment", "run", "execute-plan/adhoc", "-p", f"plan={PLAN}", "-p", f"repo={crate}"),
        *("-p", f"options={json.dumps({'deliver': 'branch'})}", "--watch"),
        seconds=RUN_SECONDS,
    )
    run = deployed.flow_runs("execute-plan/adhoc")[0]

    assert "Completed" == run["state_name"], deployed.logs()
    assert 0 == asked.returncode, asked.stdout + asked.stderr
    assert [] == list(model.problems)
    branch = f"phasewright/read-and-write-spans/{run['name']}"
    assert branch in branches(crate)
    assert 4 == len(git(crate, "log", "--format=%H", f"main..{branch}").split())
    names = deployed.task_runs(run["id"])
    assert {"phase 1", "phase 2", "phase 3", "phase 4", "phase 4 · verify", "preflight"} <= set(names)
    assert {"Completed", "Cached"} >= set(names.values())


@pytest.mark.slow
def test_nightly_runs_what_is_ready_and_goes_on_with_it_the_next_night(
    deployed: Deployed, crate: Path, model: ScriptedServer
) -> None:
    """One plan fails in the first night: the next plan runs all the same, and the night is not Completed."""
    first = night_in(deployed)
    assert ("PartialSuccess", "FAILED") == (first["state_name"], first["state_type"]), deployed.logs()
    assert f"1 of 2 plans succeeded; not: {FAILING} (Failed: 0 of 1 phases complete)" == first["state"]["message"]
    before = branches(crate)
    second = night_in(deployed)

    assert ("Completed", "1 plans succeeded") == (second["state_name"], second["state"]["message"]), deployed.logs()
    assert before == branches(crate), "the unfinished run went on"
    assert {"docs/design/phase-9.md", "docs/design/phase-10.md"} <= set(git(crate, "ls-files").split())
    assert [] == list(model.problems)


def test_verify_only_judges_commits_and_asks_no_model(
    deployed: Deployed, crate: Path, model: ScriptedServer, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    git(tmp_path, "clone", "--quiet", str(crate), str(work))
    one_phase_plan(work, JUDGED, "11")
    asked = len(model.requests)
    nothing = verified(deployed, work, "HEAD")
    (work / "docs/design").mkdir(parents=True, exist_ok=True)
    (work / "docs/design/phase-11.md").write_text(document(), encoding="utf-8")
    git(work, "add", "docs")
    git(work, "-c", "user.name=Test", "-c", "user.email=test@example.invalid", "commit", "--quiet", "-m", "Decide")
    done = verified(deployed, work, "HEAD~1")

    assert ("Blocked", "FAILED") == (nothing["state_name"], nothing["state_type"]), deployed.logs()
    assert "Completed" == done["state_name"], deployed.logs()
    assert asked == len(model.requests)


def verified(deployed: Deployed, work: Path, base: str) -> dict[str, Any]:
    """Return the flow run that judged phase 11 from *base* to HEAD."""
    asked = {"plan": JUDGED, "repo": str(work), "phase": '"11"', "base": base}
    parameters = [part for name, value in asked.items() for part in ("-p", f"{name}={value}")]
    deployed.prefect("deployment", "run", "verify-plan/verify-only", *parameters, "--watch", seconds=RUN_SECONDS)
    return deployed.flow_runs("verify-plan/verify-only")[0]


def night_in(deployed: Deployed) -> dict[str, Any]:
    """Return the flow run of a night that was asked for now, once it has ended."""
    deployed.prefect("deployment", "run", "nightly/nightly", "--watch", seconds=RUN_SECONDS)
    return next(run for run in deployed.flow_runs("nightly/nightly") if run["start_time"])
