"""What a file asks less of itself than at base."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.loosened import check_loosened
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry

_TYPE = "#[derive({derive})]\npub struct Label {{ text: String, id: u32 }}\n"
_OWN_EQ = "impl PartialEq for Label { fn eq(&self, other: &Self) -> bool { self.id == other.id } }\n"
_OWN_DEBUG = 'impl std::fmt::Debug for Label {{ fn fmt(&self, f: &mut F) -> R {{ write!(f, "{{}}{{}}", {shown}) }} }}\n'


def codes(before: str, after: str, text: str = "labels") -> list[str]:
    facts = GateFacts(
        phase=phase_of(text=text),
        change=Change(
            base={"src/lib.rs": Entry("100644", "1")},
            head={"src/lib.rs": Entry("100644", "2")},
            changed=frozenset({"src/lib.rs"}),
            contents={"1": before.encode(), "2": after.encode()},
        ),
        before=SideFacts(digest="0"),
        after=SideFacts(digest="1"),
    )
    return [found.code for found in check_loosened(facts)]


@pytest.mark.parametrize(
    ("before", "after", "plan", "found"),
    [
        ("#![forbid(unsafe_code)]\n", "", "labels", ["lint-silenced"]),
        ("#![forbid(unsafe_code)]\n", "#![deny(unsafe_code)]\n", "labels", ["lint-silenced"]),
        ("#![warn(missing_docs)]\n", "#![deny(missing_docs)]\n", "labels", []),
        ("#![deny(missing_docs, unused)]\n", "#![deny(unused)]\n#![deny(missing_docs)]\n", "labels", []),
        ("#![forbid(unsafe_code)]\n", "", "`unsafe_code` has to be allowed", []),
    ],
)
def test_lints_that_a_file_denied_stay_denied(before: str, after: str, plan: str, found: list[str]) -> None:
    assert codes(before, after, plan) == found


@pytest.mark.parametrize(
    ("before", "after", "plan", "found"),
    [
        ("PartialEq, Debug", _TYPE.format(derive="Debug") + _OWN_EQ, "labels", ["derive-replaced"]),
        ("PartialEq, Debug", _TYPE.format(derive="Debug") + _OWN_EQ, "labels are equal by id", []),
        ("PartialEq, Debug", _TYPE.format(derive="Debug, PartialEq, Clone"), "labels", []),
        ("Debug", _TYPE.format(derive="Debug") + _OWN_EQ, "labels", []),
        ("Debug", _TYPE.format(derive="Clone") + _OWN_DEBUG.format(shown="self.id, 1"), "labels", ["derive-replaced"]),
        ("Debug", _TYPE.format(derive="Clone") + _OWN_DEBUG.format(shown="self.id, self.text"), "labels", []),
        ("Debug", _TYPE.format(derive="Clone") + _OWN_DEBUG.format(shown="self.id, 1"), "hide the text in Debug", []),
        ("PartialOrd", _TYPE.format(derive="Clone"), "labels", ["derive-replaced"]),
    ],
)
def test_what_a_derive_compared_is_still_compared(before: str, after: str, plan: str, found: list[str]) -> None:
    assert codes(_TYPE.format(derive=before), after, plan) == found
