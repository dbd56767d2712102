"""Build a workspace's tests and learn which executable is which target, and how cargo would run it."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from phasewright.cargo.bench import CargoBench
from phasewright.cargo.messages import CargoOutput, TestBinary, read_messages
from phasewright.sandbox import hand_over
from phasewright.toolchain.bench import JSON_BYTES

# Cargo hands over each executable with the directory and environment that it would have had; nothing is executed.
# Shell, because it starts in a hundredth of the time of an interpreter. What it was started with is read of the kernel,
# where there is /proc: shells drop variables with a hyphen, such as CARGO_BIN_EXE_my-tool.
_RECORDER = """#!/bin/sh
{ printf '%s\\0%s\\0' "$PWD" "$1"; /bin/cat /proc/$$/environ 2>/dev/null || /usr/bin/env -0; } \\
    > "$PHASEWRIGHT_RECORD/$$"
"""
_OURS = ("PHASEWRIGHT_RECORD", "LD_PRELOAD", "CLIPPY_ARGS")
_NO_WRAPPER = {"RUSTC_WORKSPACE_WRAPPER": "", "CARGO_INCREMENTAL": "0"}


class RecordedRun(BaseModel, frozen=True):
    """How cargo would run one test executable."""

    executable: str
    cwd: str
    env: dict[str, str]


class TestBuild(BaseModel, frozen=True):
    """What building the tests came to."""

    __test__ = False
    succeeded: bool
    timed_out: bool = False
    output: CargoOutput = CargoOutput()
    recorded: dict[str, RecordedRun] = {}
    """Executable → how to run it."""
    log: str = ""
    """The end of what cargo printed, where it failed."""

    def to_run(self) -> list[tuple[TestBinary, RecordedRun]]:
        """Return the executables that cargo both announced and would have run, in its order."""
        return [(b, self.recorded[b.executable]) for b in self.output.binaries if b.executable in self.recorded]

    def unmatched(self) -> list[str]:
        """Return the executables that were announced but not run, or run but not announced."""
        announced = {binary.executable for binary in self.output.binaries}
        return sorted(announced ^ self.recorded.keys())


async def build_tests(bench: CargoBench, what: Sequence[str], *, deadline_seconds: float) -> TestBuild:
    """Build all test targets and record how each would be run, in one cargo command.

    Args:
        what: packages and targets, as `what_to_build` words them.
    """
    record = bench.home / "record"
    _prepare(record)
    runner = f"CARGO_TARGET_{bench.toolchain.host.upper().replace('-', '_')}_RUNNER"
    env = bench.environment() | {runner: bench.tool("recorder", _RECORDER), "PHASEWRIGHT_RECORD": str(record)}
    argv = [bench.toolchain.program("cargo"), "test", *what, "--no-fail-fast", *bench.locked]
    argv.append("--message-format=json")
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, env=env, split=True, keep_bytes=JSON_BYTES)
    output = read_messages(done.text)
    succeeded = done.exit_code == 0 and output.succeeded
    return TestBuild(
        succeeded=succeeded,
        timed_out=done.timed_out,
        output=output,
        recorded=_recorded(record, {runner, *_OURS}),
        log="" if succeeded else done.stderr.decode("utf-8", "replace")[-4000:],
    )


def _prepare(record: Path) -> None:
    record.mkdir(parents=True, exist_ok=True)
    for old in record.iterdir():
        old.unlink()
    hand_over(record)


def _recorded(record: Path, drop: set[str]) -> dict[str, RecordedRun]:
    runs: dict[str, RecordedRun] = {}
    for path in sorted(record.iterdir()):
        cwd, executable, *pairs = path.read_text(errors="replace").split("\0")
        env = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        kept = {key: value for key, value in env.items() if key not in drop}
        # How the gate compiles is no business of a test that calls cargo.
        runs[executable] = RecordedRun(executable=executable, cwd=cwd, env=kept | _NO_WRAPPER)
    return runs
