"""The example is what it says: a green crate, a plan without a gap, and a session whose edits are good work."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from support_example import EXAMPLE, PLAN, apply_session, copy_example, session

from parsers.read_plan import read_plan
from phasewright.dag import build_dag

ROOT = EXAMPLE.parent.parent


def cargo(crate: Path, *argv: str) -> str:
    """Run cargo offline in *crate*; return its output, or fail with it."""
    env = {**os.environ, "CARGO_TARGET_DIR": str(crate.parent / "target"), "CARGO_NET_OFFLINE": "true"}
    ended = subprocess.run(["cargo", *argv], cwd=crate, env=env, capture_output=True, text=True, timeout=240)
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    return ended.stdout


def assert_green(crate: Path) -> str:
    cargo(crate, "fmt", "--check")
    cargo(crate, "clippy", "--locked", "--all-targets", "--", "-D", "warnings")
    return cargo(crate, "test", "--locked")


@pytest.mark.cargo
def test_the_crate_is_green_before_and_after_the_session(tmp_path: Path) -> None:
    crate = copy_example(tmp_path / "crate")
    before = assert_green(crate)
    apply_session(crate, session())
    after = assert_green(crate)

    passed = [sum(map(int, re.findall(r"(\d+) passed", output))) for output in (before, after)]
    assert [7, 26] == passed


def test_the_session_keeps_the_promises_of_the_plan(tmp_path: Path) -> None:
    crate = copy_example(tmp_path / "crate")
    apply_session(crate, session())
    text = (EXAMPLE / PLAN).read_text(encoding="utf-8")
    promised = re.findall(r"^- `([^`]+)` - ", text, re.MULTILINE)

    assert 9 == len(promised)
    assert [] == [path for path in promised if not (crate / path).read_text(encoding="utf-8").strip()]


def test_the_plan_has_nothing_to_complain_about() -> None:
    plan = read_plan(EXAMPLE / PLAN, repository=EXAMPLE)

    assert {"info"} == {diagnostic.severity for diagnostic in plan.diagnostics}
    assert plan.is_ready
    assert (("1",), ("2", "3"), ("4",)) == plan.parallel_groups == build_dag(plan).levels()
    assert [] == [p.id for p in plan.phases if not (p.owner and p.acceptance_criteria and p.blast_radius.raw)]
    assert [] == [p.id for p in plan.phases if not p.files.paths()]


def test_the_lie_writes_nothing_and_claims_everything() -> None:
    lies = [told for told in session().conversations if told.phase == "2" and told.attempt == "1"]
    tools = {call.tool for told in lies for step in told.steps for call in step.calls}
    claims = [step.claim for told in lies for step in told.steps if step.claim]

    assert {"delegate"} == tools
    assert all(deliverable.done for claim in claims for deliverable in claim.deliverables)
    assert all(criterion.met for claim in claims for criterion in claim.criteria)


def test_nothing_built_and_no_host_is_in_the_example() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "examples"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout.split("\0")[:-1]

    assert [] == [path for path in tracked if "target/" in path]
    assert [] == [path for path in tracked if "://" in (ROOT / path).read_text(encoding="utf-8")]
