"""Acceptance criteria answered without an agent's word and without a shell."""

import pytest
from support_crates import phase_of

from phasewright.gate.cargo_answers import CargoAnswer, CargoAnswers, Outcome, goes_beyond
from phasewright.gate.change import Change
from phasewright.gate.checks.criteria import check_criteria, witnesses
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.gate.readers import Answer, Files, answer
from phasewright.plan import Criterion, CriterionCheck
from phasewright.toolchain.outcomes import TestOutcomes
from phasewright.toolchain.workspace import Member, Workspace

FILES = Files(
    paths=frozenset({"src/lib.rs", "src/a/mod.rs", "README.md"}),
    contents={"src/lib.rs": b"mod a;\nfn total() {}\n", "src/a/mod.rs": b"// old_name\n", "README.md": b"# Hi\n"},
)
YES, NO = Answer(succeeds=True, has_output=True), Answer(succeeds=False, has_output=False)
QUIET = Answer(succeeds=True, has_output=False)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("grep -rn old_name src", YES),
        ("grep -rn old_name src/lib.rs", NO),
        ("grep -r total src/*.rs", YES),
        ("grep -rE total|nothing .", YES),
        ("grep -r total|nothing .", NO),
        (r"grep -r total\|nothing .", YES),
        ("grep -rF total() src", YES),
        ("grep -riw TOTAL src", YES),
        ("grep -r --include=*.md Hi .", YES),
        ("grep -r old_name nowhere", NO),
        ("rg fn\\s+total", YES),
        ("ls src/a", YES),
        ("ls src/b", NO),
        ("test -f src/lib.rs", QUIET),
        ("test -d src/lib.rs", NO),
        ("test -d src", QUIET),
        ("test ! -f src/b.rs", QUIET),
        ("find src -name b.rs", QUIET),
        ("find src -name mod.rs", YES),
        ("wc -l README.md", YES),
        ("grep --color x src", None),
        ("awk x", None),
    ],
)
def test_reading_commands_are_answered_on_the_tree(command: str, expected: Answer | None) -> None:
    assert expected == answer(command.split(" "), FILES)


def facts_with(*checks: CriterionCheck) -> GateFacts:
    criteria = tuple(Criterion(text=f"c{n}", line=n, check=check) for n, check in enumerate(checks))
    head = {"src/lib.rs": Entry("100644", "b1")}
    change = Change(base={}, head=head, changed=frozenset(head), contents={"b1": b"one\ntwo\n"})
    tests = TestOutcomes(
        outcomes={"p/lib/p::a": "ok", "p/lib/p::b": "ok", "p/lib/p::old": "failed"},
        places={"p/lib/p::a": "src/lib.rs:3", "p/lib/p::b": "src/other.rs:3", "p/lib/p::old": "src/lib.rs:9"},
    )
    before = SideFacts(
        digest="0", folder="", built=True, tests=TestOutcomes(outcomes={"p/lib/p::b": "ok", "p/lib/p::old": "failed"})
    )
    workspace = Workspace(members=(Member(name="p", folder=""),))
    after = SideFacts(digest="1", folder="", built=True, tests=tests, workspace=workspace)
    return GateFacts(phase=phase_of(acceptance_criteria=criteria), change=change, before=before, after=after)


def met(check: CriterionCheck) -> bool | None:
    return witnesses(facts_with(check))[0].met


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (CriterionCheck(kind="file-exists", path="src/lib.rs"), True),
        (CriterionCheck(kind="file-exists", path="src/lib.rs", at_least=2), True),
        (CriterionCheck(kind="file-exists", path="src/lib.rs", at_least=3), False),
        (CriterionCheck(kind="file-exists", path="src/no.rs"), False),
        (CriterionCheck(kind="file-missing", path="src/no.rs"), True),
        (CriterionCheck(kind="file-missing", path="src/lib.rs"), False),
        (CriterionCheck(kind="test-count", at_least=1), True),
        (CriterionCheck(kind="test-count", at_least=2), False),
        (CriterionCheck(kind="test-count", argv=("cargo", "test", "-p", "p"), at_least=2), True),
        (CriterionCheck(kind="all-tests", argv=("cargo", "test")), None),
        (CriterionCheck(kind="command", argv=("cargo", "test", "no_such")), False),
        (CriterionCheck(kind="command", argv=("cargo", "build")), True),
        (CriterionCheck(kind="command", argv=("cargo", "clippy")), True),
        (CriterionCheck(kind="command", argv=("cargo", "bench")), None),
        (CriterionCheck(kind="command", argv=("cargo", "run")), None),
        (CriterionCheck(kind="all-tests"), None),
        (CriterionCheck(kind="command", argv=("grep", "two", "src/lib.rs"), expect="no-output"), False),
        (CriterionCheck(kind="command", argv=("curl", "x")), None),
    ],
)
def test_each_kind_of_criterion_has_its_answer(check: CriterionCheck, expected: bool | None) -> None:
    assert expected is met(check)


def test_an_old_failure_is_open_and_where_the_phase_mends_tests_it_is_charged() -> None:
    facts = facts_with(CriterionCheck(kind="all-tests"))
    mends = facts.phase.model_copy(update={"goal": "Fix the failing tests"})

    assert witnesses(facts)[0].witness == "1 test fails as at base, the first is p/lib/p::old"
    assert witnesses(facts.model_copy(update={"phase": mends}))[0].met is False


def test_a_criterion_that_is_not_met_is_a_broken_promise() -> None:
    found = list(check_criteria(facts_with(CriterionCheck(kind="file-exists", path="src/no.rs"))))

    assert ["criterion not met: c0: src/no.rs does not exist"] == [one.message for one in found]


@pytest.mark.parametrize(
    ("command", "manifest", "beyond"),
    [
        ("cargo test", "", False),
        ("cargo test --all-features", "[package]", False),
        ("cargo test --all-features", "[features]\njson = []", True),
        ("cargo build -F json", '[dependencies]\nserde = { version = "1", optional = true }', True),
        ("cargo build --release", "", True),
        ("cargo test -- --release", "", False),
        ("cargo clippy --all-targets -- -D warnings", "[features]", False),
        ("cargo doc --no-deps", "", True),
        ("cargo test -- --include-ignored", "", True),
        ("cargo nextest run --run-ignored=all", "", True),
        ("cargo build --all-features", "features = { json = [] }\n[package]", True),
        ("cargo build --all-features", "[features]", False),
        ("grep --release x", "", False),
    ],
)
def test_what_the_gate_s_own_results_do_not_answer(command: str, manifest: str, beyond: bool) -> None:
    assert goes_beyond(command.split(" "), {"Cargo.toml": manifest}) is beyond


@pytest.mark.parametrize(("outcome", "expected"), [("ok", True), ("failed", False), ("failed-before", None)])
def test_cargo_s_own_answer_counts(outcome: Outcome, expected: bool | None) -> None:
    argv = ("cargo", "build", "--release")
    facts = facts_with(CriterionCheck(kind="command", argv=argv))
    asked = CargoAnswers(answers=(CargoAnswer(argv=argv, outcome=outcome, said="error: later"),))

    assert witnesses(facts)[0].met is None  # nobody was asked
    assert witnesses(facts.model_copy(update={"asked": asked}))[0].met is expected
