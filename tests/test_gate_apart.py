"""Tests that speak of nothing in the repository are named; in doubt they are left to the probes."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.apart import check_apart
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.plan import PhaseKind
from phasewright.toolchain.outcomes import TestOutcomes
from phasewright.toolchain.workspace import Member, Workspace

CODE = "//! Labels.\n\n/// Joins.\npub fn label(text: &str) -> String {\n    text.to_owned()\n}\n"
ELSEWHERE = 'assert_eq!("A".to_lowercase(), "a");'


def found(body: str, *, around: str = "", path: str = "shop/src/label.rs", kind: PhaseKind | None = None) -> list[str]:
    inline = path.startswith("shop/src")
    test = f"{around}\n#[test]\nfn joins() {{\n    {body}\n}}\n"
    files = {"shop/src/label.rs": CODE + (f"\n#[cfg(test)]\nmod tests {{\n{test}}}\n" if inline else "")}
    name = "shop/lib/shop::label::tests::joins" if inline else "shop/test/it::joins"
    if not inline:
        files[path] = test
    head = {name: Entry("100644", name) for name in files}
    change = Change(
        base={}, head=head, changed=frozenset(files), contents={name: text.encode() for name, text in files.items()}
    )
    member = Member(name="shop", folder="shop", has_library=True)
    after = SideFacts(
        digest="1",
        folder="",
        built=True,
        workspace=Workspace(members=(member,), dependents={}),
        tests=TestOutcomes(outcomes={name: "ok"}, places={name: f"{path}:9"}),
        compiled=tuple(files),
    )
    phase = phase_of()
    phase = phase if kind is None else phase.model_copy(update={"kind": kind})
    facts = GateFacts(phase=phase, change=change, before=SideFacts(digest="0"), after=after)
    return [one.code for one in check_apart(facts)]


@pytest.mark.parametrize(
    ("body", "around"),
    [
        (ELSEWHERE, ""),
        (ELSEWHERE, "use super::*;\n"),
        (ELSEWHERE, "use std::collections::HashMap;\n"),
        ("helps();", f"fn helps() {{ {ELSEWHERE} }}"),
        ('assert!("label of crate::label".len() > 3);', ""),
        ('let all = vec![1]; assert_eq!(all.len(), 1, "{}", format!("{all:?}"));', ""),
    ],
)
def test_a_test_of_something_else_is_named(body: str, around: str) -> None:
    assert found(body, around=around) == ["test-apart"]


def test_an_integration_test_of_something_else_is_named() -> None:
    assert found(ELSEWHERE, path="shop/tests/it.rs") == ["test-apart"]


@pytest.mark.parametrize(
    ("body", "around", "path"),
    [
        ('assert_eq!(label("A"), "a");', "use super::*;\n", "shop/src/label.rs"),
        ('assert_eq!(super::label("A"), "a");', "", "shop/src/label.rs"),
        ("helps();", 'fn helps() { assert_eq!(crate::label::label("A"), "a"); }', "shop/src/label.rs"),
        (ELSEWHERE, "use crate::Shout;\n", "shop/src/label.rs"),
        ("all_pass!();", "", "shop/src/label.rs"),
        ('assert_eq!(shop::label("A"), "a");', "", "shop/tests/it.rs"),
        ('"A".shout();', "use shop::prelude::*;\n", "shop/tests/it.rs"),
        ('"A".shout();', "use common::*;\n", "shop/tests/it.rs"),
        ('let text = std::fs::read_to_string("data.txt");', "", "shop/tests/it.rs"),
        ('let program = env!("CARGO_BIN_EXE_shop");', "", "shop/tests/it.rs"),
    ],
)
def test_what_may_speak_of_the_code_is_left_alone(body: str, around: str, path: str) -> None:
    assert found(body, around=around, path=path) == []


def test_design_phases_need_no_tests() -> None:
    assert found(ELSEWHERE, kind=PhaseKind.DESIGN) == []
