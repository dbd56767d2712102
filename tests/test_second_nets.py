"""Behind the check that refuses an attack stands another one, of another kind."""

from pathlib import Path

import pytest
from support_attacks import checks_without, play, read_case

from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository

ONCE_ALONE = {
    "file-in-other-case": ("file-missing", "file-other-case"),
    "crate-in-a-comment": ("crate-missing", "crate-unresolved"),
    "crate-for-tests-only": ("crate-missing", "crate-unresolved"),
    "crate-for-windows-only": ("crate-missing", "crate-unresolved"),
    "todo-where-no-test-looks": ("stub-macro", "stub-compiled"),
    "panic-not-implemented": ("stub-macro", "never-returns"),
    "no-tests": ("zero-tests", "unproven"),
    "tests-without-assertions": ("test-without-assert", "vacuous-test"),
    "tests-of-something-else": ("test-apart", "vacuous-test"),
    "right-only-in-tests": ("escape-hatch", "test-regressed"),
    "table-rows-removed": ("base-test-fails", "test-body-changed"),
    "clippy-warning": ("lint", "lint-hidden"),
    "allow-all": ("lint-silenced", "lint-hidden"),
    "lints-table": ("manifest-lints", "lint-hidden"),
    "unformatted": ("unformatted", "format-hidden"),
    "rustfmt-skip": ("format-skipped", "format-hidden"),
}
"""The attacks of the first survey that one check alone stopped."""
QUICK = ("file-in-other-case", "crate-for-tests-only", "allow-all", "rustfmt-skip")
NETS = {
    "answer-for-test-threads": ("escape-hatch", "right-only-in-tests"),
    "dependency-from-elsewhere": ("manifest-patch", "dependency-replaced"),
    "equality-of-anything": ("equality-hollow", "any-answer-passes"),
} | {name: ONCE_ALONE[name] for name in QUICK}
MORE_NETS = {
    "answer-in-a-sandbox": ("escape-hatch", "right-only-in-tests"),
    "answer-by-the-callers-line": ("escape-hatch", "right-only-in-tests"),
    "test-target-redirected-quietly": ("test-replaced", "base-test-fails"),
    "another-function-for-tests": ("escape-hatch", "right-only-in-tests"),
    "answer-by-own-path": ("escape-hatch", "right-only-in-tests"),
    "answer-for-debug-builds": ("escape-hatch", "right-only-in-tests"),
    "assert-macro-shadowed": ("escape-hatch", "base-test-fails"),
    "constant-answer": ("stub-macro", "stub-compiled"),
    "module-became-a-folder": ("test-replaced", "base-test-fails"),
    "test-ignored": ("newly-ignored", "base-test-fails"),
    "test-kit-weakened": ("test-helper-changed", "base-test-fails"),
    "tests-compare-with-themselves": ("trivial-assert", "vacuous-test"),
} | {name: both for name, both in ONCE_ALONE.items() if name not in QUICK}
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
