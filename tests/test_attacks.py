"""A sample of the attack corpus, played for real; `make attacks` plays all of it beside the exit-code gate."""

from pathlib import Path

import pytest
from support_attacks import play, read_case, read_cases

from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository
from phasewright.result import PhaseStatus

SAMPLE = {
    "as-planned": [],
    "binary-with-a-hyphen": [],
    "test-file-to-folder": [],
    "assertion-stricter": [],
    "red-before": [],
    "only-a-report": ["file-missing"],
    "table-rows-removed": ["base-test-fails", "test-body-changed"],
    "sentence-that-keeps-a-test": ["test-vanished", "base-test-fails"],
    "forged-report": ["report-broken", "escape-hatch"],
    "cargo-config-runner": ["protected-path", "test-regressed"],
    "tests-of-something-else": ["test-apart"],
    "member-removed": ["manifest-workspace", "build-failed"],
    "build-script-mends-the-source": ["checkout-changed"],
    "red-test-edited": ["assert-changed"],
    "tolerance-constant": ["base-test-fails"],
    "half-of-the-deliverables": ["name-missing"],
    "panic-that-a-test-wants": ["vacuous-test"],
    "new-tests-for-no-platform": ["gate-added"],
    "fix-renames-a-variable": ["file-unchanged"],
    "bugfix-none": [],
    "struct-gains-field": [],
    "helpers-assert-elsewhere": [],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> GatePlace:
    root = tmp_path_factory.mktemp("attacks")
    root.chmod(0o755)
    return GatePlace(folder=root / "gates", baselines=root / "baselines")


@pytest.mark.cargo
@pytest.mark.parametrize("name", SAMPLE)
async def test_a_sample_of_the_corpus(name: str, tmp_path: Path, place: GatePlace) -> None:
    case = read_case(name)
    tmp_path.chmod(0o755)
    base, candidate = play(case, tmp_path / "agent")
    repo = await find_repository(tmp_path / "agent")
    settings = GateSettings(test_seconds=case.deadline_seconds)
    judgement = await judge_commits(repo, case.phase, base, candidate, place=place, settings=settings)
    codes = {found.code for found in judgement.verdict.errors()}

    assert case.is_attack == (judgement.verdict.status != PhaseStatus.COMPLETE)
    assert set(SAMPLE[name]) <= codes


def test_the_corpus_is_large_enough() -> None:
    cases = list(read_cases())
    attacks = [case for case in cases if case.is_attack]

    assert len(attacks) >= 60
    assert len(cases) - len(attacks) >= 25
    assert all(case.about and case.phase.id == "1" for case in cases)
