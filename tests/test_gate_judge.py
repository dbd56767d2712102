"""What findings amount to, and what the agent is told."""

import re
from pathlib import Path

import pytest

from phasewright.errors import UsageError
from phasewright.gate.accept import accept_finding
from phasewright.gate.codes import CODES, finding
from phasewright.gate.digest import digest_for_agent
from phasewright.gate.judge import decide
from phasewright.plan import Severity
from phasewright.result import Evidence, Judgement, PhaseStatus, Reason, Verdict


@pytest.mark.parametrize(
    ("codes", "status", "reason"),
    [
        ((), PhaseStatus.COMPLETE, None),
        (("pre-existing", "fixed", "flaky"), PhaseStatus.COMPLETE, None),
        (("file-missing", "zero-tests"), PhaseStatus.PARTIAL, Reason.VERIFY_FAILED),
        (("file-missing", "test-regressed"), PhaseStatus.BLOCKED, Reason.VERIFY_FAILED),
        (("test-regressed", "protected-path"), PhaseStatus.BLOCKED, Reason.TAMPERED),
        (("file-missing", "no-changes"), PhaseStatus.BLOCKED, Reason.NO_CHANGES),
        (("file-missing", "test-deadline"), PhaseStatus.TIMEOUT, Reason.TIMEOUT),
    ],
)
def test_the_heaviest_finding_decides(codes: tuple[str, ...], status: PhaseStatus, reason: Reason | None) -> None:
    assert (status, reason) == decide([finding(code, "said") for code in codes])


def test_what_a_person_accepted_does_not_count() -> None:
    accepted = finding("lint", "said").model_copy(update={"accepted_by": "known false alarm"})

    assert (PhaseStatus.COMPLETE, None) == decide([accepted])


def test_a_warning_does_not_count() -> None:
    assert (PhaseStatus.COMPLETE, None) == decide([finding("file-unchanged", "said", severity=Severity.WARNING)])


def judgement(*codes: str, message: str = "said") -> Judgement:
    findings = tuple(finding(code, f"{message} {n}", path="src/a.rs", line=n) for n, code in enumerate(codes, 1))
    status, reason = decide(findings)
    verdict = Verdict(status=status, findings=findings)
    evidence = Evidence(base_commit="b", candidate_commit="c", candidate_tree="t", verdict=verdict)
    return Judgement(verdict=verdict, reason=reason, evidence=evidence)


def test_the_agent_is_told_what_failed_where_and_how_to_see_it() -> None:
    told = digest_for_agent(judgement("file-missing", "test-regressed", "pre-existing"))

    assert [
        "The gate says BLOCKED (verify_failed). It judged the commit, not the folder.",
        "- [test-regressed] src/a.rs:2: said 2",
        "- [file-missing] src/a.rs:1: said 1",
        "See it again: cargo test --workspace",
    ] == told.splitlines()


def test_the_agent_is_never_told_more_than_500_tokens() -> None:
    told = digest_for_agent(judgement(*["lint"] * 200, message="ü" * 300))

    assert 2000 >= len(told.encode())
    assert "more findings" in told


def test_every_code_is_documented_with_its_weight() -> None:
    text = (Path(__file__).parents[1] / "docs" / "gate.md").read_text()
    documented = dict(re.findall(r"^### ([a-z-]+)\n\*Weight: ([a-z ]+)\.\*", text, re.MULTILINE))

    assert {code: str(known.weight).replace("-", " ") for code, known in CODES.items()} == documented


def test_a_person_may_accept_a_finding_by_its_code_and_with_a_reason() -> None:
    accepted = accept_finding(judgement("lint", "lint", "pre-existing"), "lint", "known false alarm of this lint")

    assert (PhaseStatus.COMPLETE, None) == (accepted.verdict.status, accepted.reason)
    assert [3, 0] == [len(accepted.verdict.findings), len(accepted.verdict.errors())]
    assert accepted.verdict == accepted.evidence.verdict


def test_accepting_one_finding_leaves_the_others() -> None:
    accepted = accept_finding(judgement("lint", "file-missing"), "lint", "known")

    assert (PhaseStatus.PARTIAL, Reason.VERIFY_FAILED) == (accepted.verdict.status, accepted.reason)


@pytest.mark.parametrize(("code", "because"), [("lint", " "), ("no-such", "why"), ("pre-existing", "why")])
def test_what_cannot_be_accepted_is_refused(code: str, because: str) -> None:
    with pytest.raises(UsageError):
        accept_finding(judgement("lint", "pre-existing"), code, because)
