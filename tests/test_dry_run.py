"""`phasewright plan`: what a run would do, and what it would cost by earlier runs."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from support_plans import PLANS, stored

from phasewright.checkpoint.entry import Checkpoint, CheckpointStatus
from phasewright.dag import build_dag
from phasewright.dry_run import DryRun, dry_run, dry_run_text
from phasewright.forecast import Range, forecast, read_reports
from phasewright.options import GateScope, RunOptions
from phasewright.result import FilesChanged, PhaseReport, PhaseStatus, RunReport, RunStatus, Usage


def planned(options: RunOptions = RunOptions(), checkpoints: tuple[Checkpoint, ...] = ()) -> DryRun:  # noqa: B008
    plan = stored("bold_fields")
    agents = {phase.id: ("rust-developer", None) for phase in plan.phases} | {"2": ("feature-tester-rust", "small-1")}
    return dry_run(plan, build_dag(plan), options, agents, checkpoints, None, is_locked=True)


def report(*phases: tuple[str, float, int]) -> RunReport:
    return RunReport(
        run="r", plan="p", status=RunStatus.SUCCESS, branch=None, base_commit="0", head_commit=None,
        started_at=datetime(2026, 2, 1, tzinfo=UTC), duration_seconds=1, files=FilesChanged(), tests=None, logs=(),
        usage=Usage(),
        phases=tuple(
            PhaseReport(
                id=name, name=name, status=PhaseStatus.COMPLETE, reason=None, attempts=1, duration_seconds=seconds,
                candidate_commit=None, landed_commit=None, verdict=None, usage=Usage(input_tokens=tokens, usd=0.5),
            )
            for name, seconds, tokens in phases
        ),
    )  # fmt: skip


def test_skipped_phases_say_why() -> None:
    done = Checkpoint(phase="0", status=CheckpointStatus.COMPLETE)
    skipped = {phase.id: phase.skipped for phase in planned(checkpoints=(done,)).phases}

    assert "a checkpoint says that it is done; its commit and files are checked first" == skipped["0"]
    assert "the plan says that it is skipped" == skipped["1"]
    assert skipped["2"] is None


def test_a_phase_s_own_limits_win_over_the_options() -> None:
    phase = next(phase for phase in planned(RunOptions(phase_timeout=50, retries=1)).phases if phase.id == "2")

    assert (25.0, 0, 1) == (phase.timeout_seconds, phase.retries, phase.repair_rounds)
    assert ("feature-tester-rust", "small-1") == (phase.agent, phase.model)


def test_gate_commands_are_verbatim() -> None:
    affected, workspace = planned(), planned(RunOptions(gate_scope=GateScope.WORKSPACE))

    rest = "--lib --bins --tests --examples --no-fail-fast --locked --message-format=json"
    assert affected.gate[1].startswith("RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo build -p PACKAGE… --lib --bins")
    assert f"cargo test -p PACKAGE… {rest}" == affected.gate[2]
    assert f"cargo test --workspace {rest}" == workspace.gate[2]
    assert f"cargo test --workspace {rest}" == affected.validation[1]
    assert affected.validation[2].startswith("cargo clippy --workspace --lib --bins --tests --examples --locked")
    assert "cargo build --release --workspace --locked --message-format=json" == affected.validation[-1]


def test_text_tells_order_with_reasons() -> None:
    text = dry_run_text(planned())

    assert "Word counter: 3 of 4 phases would be worked on\n" == text[: text.index("\n") + 1]
    assert "3. phase 3: Report\n   starts:  it depends on 0, 1, 2\n" in text
    assert "time and tokens: unknown, no phase was completed in this repository yet\n" in text


def test_forecast_is_a_range_over_what_was_seen() -> None:
    dag = build_dag(stored("bold_fields"))
    guess = forecast([report(("1", 10, 100), ("2", 30, 300))], dag, ["0", "2", "3"])

    assert guess is not None
    assert (2, Range(30, 90), Range(300, 900)) == (guess.phases_seen, guess.seconds, guess.tokens)


def test_without_runs_there_is_no_forecast(tmp_path: Path) -> None:
    assert forecast([], build_dag(stored("bold_fields")), ["0"]) is None
    assert [] == read_reports(tmp_path / "runs")


def test_reports_are_read_and_broken_ones_left_out(tmp_path: Path) -> None:
    for name, text in {"a": report(("1", 10, 100)).model_dump_json(), "b": "{"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text(text)

    assert ["r"] == [one.run for one in read_reports(tmp_path)]


def test_the_command_reads_settings_and_writes_nothing(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "phasewright.toml").write_text('[run]\nmodel = "other-1"\n')
    (tmp_path / "plan.md").write_bytes((PLANS / "bold_fields.md").read_bytes())
    probe = "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    run = probe + "from phasewright.cli import main; main()"
    command = [sys.executable, "-c", run, "plan", "plan.md", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)

    assert 0 == done.returncode, done.stderr
    assert {"other-1"} == {phase["model"] for phase in json.loads(done.stdout)["phases"]}
    assert {".git", "phasewright.toml", "plan.md"} == {path.name for path in tmp_path.iterdir()}
    assert set() == {"prefect", "anthropic"} & set(done.stderr.split())
