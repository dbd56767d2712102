"""A probe acquits only what it really asked."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.doubt import severity_of_change
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.facts import SideFacts
from phasewright.plan import Severity
from phasewright.toolchain.outcomes import TestOutcomes

CHANGE = Change(base={}, head={}, changed=frozenset(), contents={})
TESTS = TestOutcomes(
    outcomes={
        "p/lib/p::tests::a": "ok",
        "p/lib/p::tests::b": "ok",
        "p/lib/p::tests::red": "failed",
        "p/lib/p::tests::rows::row_1": "ok",
        "p/test/it::c": "ok",
    },
    places={
        "p/lib/p::tests::a": "src/lib.rs:3",
        "p/lib/p::tests::b": "src/lib.rs:9",
        "p/lib/p::tests::red": "src/lib.rs:12",
        "p/lib/p::tests::rows::row_1": "src/lib.rs:15",
        "p/test/it::c": "tests/it.rs:1",
    },
)
ALL_PASS = {test: "ok" for test in TESTS.outcomes if not test.endswith("red")}
WHOLE = frozenset({"src/lib.rs", "tests/it.rs", "tests/common/mod.rs"})


def severity(path: str, name: str | None, probes: Probes) -> Severity | None:
    before = SideFacts(digest="0", folder="", built=True, tests=TESTS)
    facts = GateFacts(phase=phase_of(), change=CHANGE, before=before, after=before, probes=probes)
    return severity_of_change(facts, path, name)


def asked(outcomes: dict[str, str], *, built: bool = True, restored: frozenset[str] = WHOLE) -> Probes:
    return Probes(base_tests=outcomes, base_tests_asked=True, base_tests_built=built, restored=restored)


@pytest.mark.parametrize(
    ("path", "name", "probes", "expected"),
    [
        pytest.param("src/lib.rs", "tests::a", Probes(), None, id="not asked"),
        pytest.param("src/lib.rs", "tests::a", asked({}, built=False), None, id="did not build"),
        pytest.param("src/lib.rs", "tests::a", asked(ALL_PASS, restored=frozenset()), None, id="not put back"),
        pytest.param("src/lib.rs", "tests::a", asked({"p/lib/p::tests::b": "ok"}), None, id="did not run"),
        pytest.param("src/lib.rs", "tests::a", asked(ALL_PASS | {"p/lib/p::tests::a": "failed"}), None, id="fails"),
        pytest.param("src/lib.rs", "tests::a", asked(ALL_PASS), Severity.WARNING, id="passes as it was"),
        pytest.param("src/lib.rs", "tests::rows", asked(ALL_PASS), Severity.WARNING, id="made by a macro, all pass"),
        pytest.param(
            "src/lib.rs", "tests::rows", asked(ALL_PASS | {"p/lib/p::tests::rows::row_1": "failed"}), None, id="one row"
        ),
        pytest.param("src/lib.rs", "tests::red", Probes(), Severity.WARNING, id="was red at base"),
        pytest.param("src/lib.rs", None, asked(ALL_PASS), Severity.WARNING, id="a helper, all pass"),
        pytest.param(
            "src/lib.rs", None, asked(ALL_PASS | {"p/lib/p::tests::b": "failed"}), None, id="a helper, one fails"
        ),
        pytest.param("tests/common/mod.rs", None, asked(ALL_PASS), Severity.WARNING, id="a shared module, all pass"),
        pytest.param("tests/common/mod.rs", None, asked({"p/lib/p::tests::a": "ok"}), None, id="its tests did not run"),
        pytest.param("src/other.rs", None, asked(ALL_PASS), None, id="a file that was not put back"),
    ],
)
def test_only_an_answer_acquits(path: str, name: str | None, probes: Probes, expected: Severity | None) -> None:
    assert expected == severity(path, name, probes)
