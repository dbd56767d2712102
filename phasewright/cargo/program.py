"""Run tests as what users run: a program that no test harness started."""

import contextlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from phasewright.cargo.bench import CargoBench
from phasewright.cargo.messages import read_messages
from phasewright.cargo.mir import noted_stops, noting_compiler
from phasewright.sandbox import AGENT
from phasewright.toolchain.bench import JSON_BYTES
from phasewright.toolchain.outcomes import FAILED, OK, WITH_CARGO
from phasewright.toolchain.program import Program, ProgramReport

_RUN_SECONDS = 60.0
_MOST_ALONE = 10
"""Tests that are run again one by one; more of them run again together."""
_ANYBODY = "user"
"""Whoever starts the program where it is used: not the one under whom agents and tests run."""


async def run_program(bench: CargoBench, program: Program, *, deadline_seconds: float) -> ProgramReport:
    """Return what becomes of the program's tests; nothing where it does not build.

    Nothing in its environment says who tests it. One that fails is run again alone, in the environment that tests have,
    cargo's and the sandbox's: a test may ask for that honestly, code that users run may not.

    Args:
        deadline_seconds: of the build.
    """
    executable = await _built(bench, program, deadline_seconds)
    if executable is None:
        return ProgramReport()
    folder = bench.checkout / program.folder
    plain = {"RUST_BACKTRACE": "0"}
    said = await _run(bench, executable, program, (), plain, user=_ANYBODY)
    cargo = plain | {"CARGO_MANIFEST_DIR": str(folder), "CARGO_PKG_NAME": program.package}
    failed = [number for number, word in said.items() if word == FAILED and number < len(program.tests)]
    together = await _run(bench, executable, program, (), cargo) if len(failed) > _MOST_ALONE else {}
    for number in failed:
        again = together
        if len(failed) <= _MOST_ALONE:
            again = await _run(bench, executable, program, (str(number),), cargo)
        said[number] = FAILED if again.get(number) == FAILED else WITH_CARGO
    return ProgramReport(
        outcomes=_worst(program.tests, said),
        altered=_worst(program.altered, {number - len(program.tests): word for number, word in said.items()}),
        stops=frozenset(f"{program.package}::{name}" for name in noted_stops(bench)),
    )


def _worst(tests: Sequence[str], said: Mapping[int, str]) -> dict[str, str]:
    """Return what became of each test, in the order from bad to good where it stands there several times."""
    order = (OK, WITH_CARGO, FAILED)
    outcomes: dict[str, str] = {}
    for number, test in enumerate(tests):
        if number in said:
            outcomes[test] = max(outcomes.get(test, OK), said[number], key=order.index)
    return outcomes


async def _built(bench: CargoBench, program: Program, deadline_seconds: float) -> Path | None:
    """Return the executable, compiled by rustc, under a name and in a folder that say nothing of tests."""
    argv = [bench.toolchain.program("cargo"), "build", "-p", program.package, f"--{program.kind}", program.name]
    # A test may be right only in a debug build, too. Overflow is still checked, as it was for the test.
    for package in program.of_repository:
        argv += ["--config", f'profile.dev.package."{package}".debug-assertions=false']
    argv += [*bench.locked, "--message-format=json"]
    env = bench.environment() | {"RUSTC_WORKSPACE_WRAPPER": noting_compiler(bench, program.package)}
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, env=env, split=True, keep_bytes=JSON_BYTES)
    output = read_messages(done.text)
    made = [Path(path) for path in output.artifacts if Path(path).name == program.name]
    if done.exit_code != 0 or not made or not made[-1].is_file():
        return None
    place = bench.target / "out" / "app"
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        os.link(made[-1], place)
    if not place.exists():
        shutil.copy2(made[-1], place)
    return place


async def _run(
    bench: CargoBench,
    executable: Path,
    program: Program,
    words: tuple[str, ...],
    env: Mapping[str, str],
    user: str = AGENT,
) -> dict[int, str]:
    done = await bench.execute(
        [str(executable), *words],
        deadline_seconds=_RUN_SECONDS,
        cwd=bench.checkout / program.folder,
        env=env,
        keep_bytes=JSON_BYTES,
        builds=False,
        user=user,
    )
    lines = re.findall(rf"^{program.mark} (\d+) ({OK}|{FAILED})$", done.text, re.MULTILINE)
    return {int(number): word for number, word in lines}
