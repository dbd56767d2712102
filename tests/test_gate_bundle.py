"""Evidence can be checked later: any changed byte is noticed."""

import pytest

from phasewright.gate.bundle import read_bundle, write_bundle
from phasewright.gate.codes import finding
from phasewright.result import Evidence, Judgement, PhaseStatus, TestComparison, TestCounts, Verdict

TESTS = TestComparison(after=TestCounts(total=1, passed=1))


def judgement(**verdict: object) -> Judgement:
    whole = Verdict.model_validate({"status": PhaseStatus.COMPLETE, "tests": TESTS, **verdict})
    evidence = Evidence(
        base_commit="b" * 40,
        candidate_commit="c" * 40,
        candidate_tree="t",
        tests_after={"p/lib/p::übung": "ok"},
        verdict=whole,
    )
    return Judgement(verdict=whole, reason=None, evidence=evidence)


def test_a_bundle_comes_back_as_it_was() -> None:
    one = judgement()

    assert (one.evidence, []) == read_bundle(write_bundle(one))


def test_any_changed_byte_is_noticed() -> None:
    text = write_bundle(judgement()).encode()
    unnoticed = []
    for at in range(len(text)):
        changed = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
        if not read_bundle(changed.decode("utf-8", "replace"))[1]:
            unnoticed.append(at)

    assert [] == unnoticed


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"evidence": 3}', "x" * 100])
def test_what_is_no_bundle_is_said_to_be_none(text: str) -> None:
    assert (None, ["this is no evidence bundle, or it is damaged"]) == read_bundle(text)


def test_a_verdict_must_follow_from_its_findings() -> None:
    _, problems = read_bundle(write_bundle(judgement(findings=(finding("lint", "said"),))))

    assert ["the verdict COMPLETE does not follow from its findings"] == problems


def test_the_numbers_must_follow_from_the_tests() -> None:
    _, problems = read_bundle(write_bundle(judgement(tests=TestComparison())))

    assert ["the test numbers do not follow from the tests"] == problems
