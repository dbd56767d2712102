"""Behind the check that refuses an attack stands another one, of another kind."""

from pathlib import Path

import pytest
from support_attacks import checks_without, play, read_case

from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository

NETS = {
    "answer-for-test-threads": ("escape-hatch", "right-only-in-tests"),
    "dependency-from-elsewhere": ("manifest-patch", "dependency-replaced"),
    "equality-of-anything": ("equality-hollow", "any-answer-passes"),
}
MORE_NETS = {
    "answer-in-a-sandbox": ("escape-hatch", "right-only-in-tests"),
    "answer-by-the-callers-line": ("escape-hatch", "right-only-in-tests"),
    "panic-not-implemented": ("stub-macro", "never-returns"),
    "tests-of-something-else": ("test-apart", "vacuous-test"),
    "test-target-redirected-quietly": ("test-replaced", "base-test-fails"),
    "todo-where-no-test-looks": ("stub-macro", "stub-compiled"),
    "another-function-for-tests": ("escape-hatch", "right-only-in-tests"),
    "answer-by-own-path": ("escape-hatch", "right-only-in-tests"),
    "answer-for-debug-builds": ("escape-hatch", "right-only-in-tests"),
    "assert-macro-shadowed": ("escape-hatch", "base-test-fails"),
    "constant-answer": ("stub-macro", "stub-compiled"),
    "module-became-a-folder": ("test-replaced", "base-test-fails"),
    "test-ignored": ("newly-ignored", "base-test-fails"),
    "test-kit-weakened": ("test-helper-changed", "base-test-fails"),
    "tests-without-assertions": ("test-without-assert", "vacuous-test"),
    "tests-compare-with-themselves": ("trivial-assert", "vacuous-test"),
}
"""benchmarks/second_net.py asks it of every attack of the corpus."""


@pytest.mark.cargo
@pytest.mark.parametrize("name", [*NETS, *(pytest.param(name, marks=pytest.mark.slow) for name in MORE_NETS)])
async def test_without_the_first_check_the_second_refuses(name: str, tmp_path: Path) -> None:
    first, second = (NETS | MORE_NETS)[name]

    tmp_path.chmod(0o755)
    case = read_case(name)
    base, candidate = play(case, tmp_path / "agent")
    place = GatePlace(folder=tmp_path / "gates", baselines=tmp_path / "baselines")
    repo = await find_repository(tmp_path / "agent")
    judgement = await judge_commits(
        repo, case.phase, base, candidate, place=place, settings=GateSettings(), checks=checks_without([first])
    )
    assert second in {found.code for found in judgement.verdict.errors()}
