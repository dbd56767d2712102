"""How long the gate takes, beside the usual order of commands: build, test, clippy, fmt.

    python benchmarks/gate_speed.py [--crates 10] [--functions 60]

A workspace of crates that depend on each other and on crates of the registry (fetched once by cargo). Wall and CPU
seconds, on this machine, in this run. CPU seconds are the whole machine's: let nothing else run on it.
"""

# ruff: noqa: E402 (the tests' support is found first)

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1])]

from support_crates import commit, git, new_repository, phase_of

from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.health import base_health
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository
from phasewright.options import ProveRed
from phasewright.result import Judgement, PhaseStatus

_REGISTRY = 'serde = { version = "1", features = ["derive"] }\nregex = "1"\nanyhow = "1"\n'
_NAIVE = (
    ["build", "--workspace"],
    ["test", "--workspace"],
    ["clippy", "--workspace", "--all-targets"],
    ["fmt", "--check"],
)


def workspace(crates: int, functions: int) -> dict[str, str]:
    """Return the files of a chain of crates: each depends on the one before it, so the last one is a leaf."""
    members = ", ".join(f'"c{n}"' for n in range(crates))
    files = {"Cargo.toml": f'[workspace]\nmembers = [{members}]\nresolver = "2"\n', ".gitignore": "target\n"}
    for n in range(crates):
        before = f'c{n - 1} = {{ path = "../c{n - 1}" }}\n' if n else ""
        files[f"c{n}/Cargo.toml"] = (
            f'[package]\nname = "c{n}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n{_REGISTRY}{before}'
        )
        files[f"c{n}/src/lib.rs"] = source(n, functions)
    return files


def source(n: int, functions: int) -> str:
    """Return one crate's code: types that serialise, a pattern, functions with a test each."""
    text = "//! Generated.\nuse serde::{Deserialize, Serialize};\n\n"
    for k in range(functions):
        inner = f"c{n - 1}::f{k}(x) + {k}" if n else f"x + {k}"
        text += f"/// A record.\n#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]\npub struct R{k} {{\n"
        text += f"    /// A value.\n    pub value: u64,\n}}\n\n/// Adds.\npub fn f{k}(x: u64) -> u64 {{\n"
        text += f"    let record = R{k} {{ value: x }};\n    let x = record.value;\n    {inner}\n}}\n\n"
    text += "#[cfg(test)]\nmod tests {\n    use super::*;\n"
    for k in range(functions):
        text += f"\n    #[test]\n    fn t{k}() {{\n        assert!(f{k}(1) >= 1);\n    }}\n"
    return text + "}\n"


def changed(text: str) -> str:
    """Return a crate's code with one more function and its test."""
    more = "/// Doubles.\npub fn twice(x: u64) -> u64 {\n    x * 2\n}\n\n#[cfg(test)]\n"
    test = "    use super::*;\n\n    #[test]\n    fn doubles() {\n        assert_eq!(twice(2), 4);\n    }\n"
    return text.replace("#[cfg(test)]\n", more, 1).replace("    use super::*;\n", test, 1)


class Clock:
    """Wall and CPU seconds of steps."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float]] = []

    def measure(self, name: str, step: Callable[[], object]) -> None:
        start, cpu = time.monotonic(), _cpu()
        step()
        self.rows.append((name, time.monotonic() - start, _cpu() - cpu))
        print(f"{name:58} {self.rows[-1][1]:7.1f} s wall {self.rows[-1][2]:7.1f} s CPU", flush=True)

    def wall(self, name: str) -> float:
        return next(wall for row, wall, _ in self.rows if row == name)


def _cpu() -> float:
    """Return the whole machine's busy seconds: a sandbox's processes are not counted among our own children."""
    user, nice, system, _idle, _waiting, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def naive(root: Path, target: Path) -> None:
    env = {**os.environ, "CARGO_TARGET_DIR": str(target), "CARGO_NET_OFFLINE": "true"}
    for words in _NAIVE:
        subprocess.run(["cargo", *words], cwd=root, env=env, capture_output=True, check=True)


def cold_build(root: Path, target: Path) -> None:
    env = {**os.environ, "CARGO_TARGET_DIR": str(target), "CARGO_NET_OFFLINE": "true"}
    for words in (["test", "--workspace", "--no-run"], ["clippy", "--workspace", "--all-targets"]):
        subprocess.run(["cargo", *words], cwd=root, env=env, capture_output=True, check=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--crates", type=int, default=10)
    parser.add_argument("--functions", type=int, default=60)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        _run(folder, words.crates, words.functions)


def _run(folder: Path, crates: int, functions: int) -> None:
    root = folder / "repo"
    files = workspace(crates, functions)
    new_repository(root, files)
    subprocess.run(["cargo", "fmt"], cwd=root, check=True)
    subprocess.run(["cargo", "fetch"], cwd=root, check=True, capture_output=True)
    base = commit(root, {})
    last, middle = f"c{crates - 1}/src/lib.rs", f"c{crates // 2}/src/lib.rs"
    leaf = commit(root, {last: changed((root / last).read_text())}, parent=base)
    git(root, "checkout", "-q", base)
    inner = commit(root, {middle: changed((root / middle).read_text())}, parent=base)
    git(root, "checkout", "-q", base)
    other = commit(root, {last: changed((root / last).read_text()).replace("twice", "double")}, parent=base)
    place = GatePlace(folder=folder / "gates", baselines=folder / "baselines")
    repo = asyncio.run(find_repository(root))
    clock = Clock()

    def gate(head: str, path: str, prove: ProveRed = ProveRed.OFF) -> Judgement:
        settings = GateSettings(prove_red=prove)
        judgement = asyncio.run(
            judge_commits(repo, phase_of(modify=(path,)), base, head, place=place, settings=settings)
        )
        assert judgement.verdict.status == PhaseStatus.COMPLETE, judgement.verdict.findings
        return judgement

    git(root, "checkout", "-q", "-f", base)
    clock.measure("cold build (test --no-run, clippy)", lambda: cold_build(root, folder / "cold"))
    clock.measure("usual order, cold", lambda: naive(root, folder / "naive"))
    git(root, "checkout", "-q", "-f", leaf)
    clock.measure("usual order, warm, leaf crate changed", lambda: naive(root, folder / "naive"))
    git(root, "checkout", "-q", "-f", base)
    naive(root, folder / "naive")
    git(root, "checkout", "-q", "-f", inner)
    clock.measure("usual order, warm, middle crate changed", lambda: naive(root, folder / "naive"))
    clock.measure(
        "gate: base, cold", lambda: asyncio.run(base_health(repo, base, place=place, settings=GateSettings()))
    )
    clock.measure("gate: leaf crate changed", lambda: gate(leaf, last))
    clock.measure("gate: the same again", lambda: gate(leaf, last))
    clock.measure("gate: middle crate changed", lambda: gate(inner, middle))
    shutil.rmtree(place.baselines)
    asyncio.run(base_health(repo, base, place=place, settings=GateSettings()))
    clock.measure("gate: leaf crate changed, with the probes, the first time", lambda: gate(leaf, last, ProveRed.ALL))
    clock.measure("gate: leaf crate changed otherwise, with the probes", lambda: gate(other, last, ProveRed.ALL))
    _ratios(clock)


def _ratios(clock: Clock) -> None:
    cold = clock.wall("cold build (test --no-run, clippy)")
    leaf, middle = clock.wall("gate: leaf crate changed"), clock.wall("gate: middle crate changed")
    first = clock.wall("gate: leaf crate changed, with the probes, the first time")
    probed = clock.wall("gate: leaf crate changed otherwise, with the probes")
    rows = (
        ("gate against the usual order, warm, leaf", leaf / clock.wall("usual order, warm, leaf crate changed"), 0.5),
        (
            "gate against the usual order, warm, middle",
            middle / clock.wall("usual order, warm, middle crate changed"),
            0.5,
        ),
        ("first gate, leaf, against a cold build", leaf / cold, 0.15),
        ("first gate, middle, against a cold build", middle / cold, 0.5),
        ("the same tree again, seconds", clock.wall("gate: the same again"), 1.0),
        ("cost of the probes, leaf, against the gate without them", probed / leaf - 1, "-"),
        ("cost of the probes in a fresh workspace, against a cold build", (first - leaf) / cold, "-"),
    )
    print("\n| measure | measured | aim |\n|---|---|---|")
    for name, measured, aim in rows:
        print(f"| {name} | {measured:.2f} | {aim} |")


if __name__ == "__main__":
    main()
