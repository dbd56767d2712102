"""Play the attack corpus against the exit-code gate and ours, and print the table of the README.

    python benchmarks/attacks.py [--ours | --usual] [NAME…]      # one gate alone: ours, or the exit-code gate

Each core plays one case at a time. The exit-code gate is what most people use: `cargo test && cargo clippy -- -D
warnings && cargo fmt --check && cargo build`, in the folder where the agent worked.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple, TypeVar

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1])]

# ruff: noqa: E402 (the tests' support is found first)

from support_attacks import Case, play, read_case, read_cases

from phasewright.gate.checks.all import CHECKS, Check
from phasewright.gate.codes import Weight, weight_of
from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository
from phasewright.result import Judgement, PhaseStatus

Asked = TypeVar("Asked")
Said = TypeVar("Said")

_NAIVE = (["test"], ["clippy", "--", "-D", "warnings"], ["fmt", "--check"], ["build"])


def naive(root: Path) -> bool:
    """Return True where the exit-code gate lets the agent's folder pass."""
    env = {
        **os.environ,
        "CARGO_TARGET_DIR": str(root.parent / "naive-target"),
        "CARGO_NET_OFFLINE": "true",
        "CARGO_TERM_COLOR": "never",
    }
    for words in _NAIVE:
        try:
            done = subprocess.run(["cargo", *words], cwd=root, env=env, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return False
        if done.returncode != 0:
            return False
    return True


async def ours(
    case: Case, root: Path, base: str, candidate: str, place: GatePlace, *, checks: Sequence[Check] = CHECKS
) -> Judgement:
    repo = await find_repository(root)
    settings = GateSettings(test_seconds=case.deadline_seconds)
    return await judge_commits(repo, case.phase, base, candidate, place=place, settings=settings, checks=checks)


def counting_codes(judgement: Judgement) -> Counter[str]:
    """Return the codes that count, with how often."""
    return Counter(f.code for f in judgement.verdict.findings if weight_of(f) is not Weight.NONE)


class Played(NamedTuple):
    """What both gates said of one case."""

    judgement: Judgement | None
    """Ours; None where it was not asked."""
    believed: bool | None
    """By the exit-code gate; None where it was not asked."""
    seconds: float
    """Of our gate."""


def play_one(name: str, gates: frozenset[str]) -> Played:
    """Play one case in this process's own folder, whose gate it keeps for the next."""
    start = time.monotonic()
    case, folder = read_case(name), own_folder()
    root = folder / case.name / "agent"
    root.parent.mkdir()
    base, candidate = play(case, root)
    place = GatePlace(folder=folder / "gates", baselines=folder / "baselines")
    judgement = asyncio.run(ours(case, root, base, candidate, place)) if "ours" in gates else None
    seconds = time.monotonic() - start
    return Played(judgement, naive(root) if "usual" in gates else None, seconds)


def on_every_core(function: Callable[[Asked], Said], asked: Sequence[Asked]) -> Iterator[Said]:
    """Yield what *function* says of each of *asked*, in their order; each core works at one at a time."""
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(function, asked)


@cache
def own_folder() -> Path:
    """Return this process's own folder; it goes with the process."""
    made = tempfile.TemporaryDirectory(prefix="attacks-")
    Finalize(made, made.cleanup, exitpriority=1)  # a worker of a pool runs no other exit handlers
    Path(made.name).chmod(0o755)
    return Path(made.name)


def main() -> int:
    words = sys.argv[1:]
    only = [word for word in words if not word.startswith("-")]
    left_out = {"usual"} if "--ours" in words else {"ours"} if "--usual" in words else set()
    gates = frozenset({"ours", "usual"} - left_out)
    believed: Counter[tuple[bool, str]] = Counter()
    wrong = []
    cases = [case for case in read_cases() if not only or case.name in only]
    played = on_every_core(partial(play_one, gates=gates), [case.name for case in cases])
    for case, one in zip(cases, played, strict=True):
        passed = one.judgement is not None and one.judgement.verdict.status == PhaseStatus.COMPLETE
        believed[case.is_attack, "ours"] += passed
        believed[case.is_attack, "usual"] += bool(one.believed)
        is_wrong = one.judgement is not None and passed == case.is_attack
        wrong += [case.name] if is_wrong else []
        _print_case(case, one, is_wrong=is_wrong, in_full=is_wrong or bool(only))
    attacks = sum(case.is_attack for case in cases)
    _print_table(believed, attacks, len(cases) - attacks, gates)
    return 1 if wrong else 0


def _print_case(case: Case, one: Played, *, is_wrong: bool, in_full: bool) -> None:
    kind = "attack" if case.is_attack else "honest"
    plain = {True: "passes", False: "refused", None: "-"}[one.believed]
    if one.judgement is None:
        print(f"{kind:6} {case.name:34} {plain:8}", flush=True)
        return
    counted = counting_codes(one.judgement)
    codes = " ".join(f"{code}*{n}" if n > 1 else code for code, n in counted.items())
    flag = "  <<< WRONG" if is_wrong else ""
    status = one.judgement.verdict.status
    print(f"{kind:6} {case.name:34} {plain:8} {status:9} {codes} {one.seconds:.1f}s{flag}", flush=True)
    for found in one.judgement.verdict.findings if in_full else ():
        place = f"{found.path}:{found.line}"
        print(f"         {found.severity} {found.code} {place} {found.message[:200]}", flush=True)


def _print_table(believed: Counter[tuple[bool, str]], attacks: int, honest: int, gates: frozenset[str]) -> None:
    print(f"\n| gate | attacks believed (of {attacks}) | honest work refused (of {honest}) |\n|---|---|---|")
    for gate, name in (("usual", "exit codes"), ("ours", "phasewright")):
        if gate in gates:
            print(f"| {name} | {believed[True, gate]} | {honest - believed[False, gate]} |")


if __name__ == "__main__":
    raise SystemExit(main())
