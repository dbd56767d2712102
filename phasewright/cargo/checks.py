"""Format and lint of a checkout, each by its own program called by full path: an alias cannot replace it."""

from collections.abc import Sequence
from pathlib import Path

from phasewright.cargo.bench import CargoBench
from phasewright.cargo.messages import CargoOutput, read_messages
from phasewright.toolchain.bench import JSON_BYTES
from phasewright.toolchain.reports import STUB_LINTS, FormatReport


async def check_format(bench: CargoBench, *, deadline_seconds: float) -> FormatReport:
    """Return the files of the workspace that are not formatted, as paths from the checkout's root."""
    argv = [bench.toolchain.program("cargo-fmt"), "fmt", "--all", "--", "--check", "-l"]
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, split=True)
    paths = [Path(line) for line in done.text.splitlines() if line.startswith("/")]
    inside = sorted({str(p.relative_to(bench.checkout)) for p in paths if p.is_relative_to(bench.checkout)})
    errors = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.startswith("error")]
    problem = errors[0] if errors else ""
    if done.exit_code not in (0, 1) and not problem:
        problem = f"cargo fmt ended with {done.exit_code}"
    return FormatReport(unformatted=tuple(inside), problem=problem)


async def check_lints(bench: CargoBench, what: Sequence[str], *, deadline_seconds: float) -> CargoOutput:
    """Return everything that clippy says about *what*. Never `-D warnings`: the comparison with base decides."""
    argv = [bench.toolchain.program("cargo-clippy"), "clippy", *what, *bench.locked]
    argv += ["--message-format=json", "--", *(f"--force-warn={lint}" for lint in sorted(STUB_LINTS))]
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
    return read_messages(done.text)


async def check_compiles(bench: CargoBench, *, deadline_seconds: float, release: bool = False) -> CargoOutput:
    """Return what compiling everything says: `cargo check` of all targets, or a release build."""
    kind = ["build", "--release"] if release else ["check", "--all-targets"]
    argv = [bench.toolchain.program("cargo"), *kind, "--workspace", *bench.locked, "--message-format=json"]
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
    return read_messages(done.text)
