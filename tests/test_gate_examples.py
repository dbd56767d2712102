"""Examples in documentation, read from source."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.examples import check_examples
from phasewright.gate.evidence import GateFacts, Probes
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.gate.rust.examples import (
    included_documents,
    lost_examples,
    read_document,
    read_examples,
    with_examples,
)
from phasewright.plan import Severity
from phasewright.toolchain.outcomes import TestOutcomes

# ruff: noqa: E501

ADD = "/// Adds.\n///\n/// ```\n/// assert_eq!(add(1, 2), 3);\n/// ```\n#[inline]\npub fn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n"


def test_an_example_knows_what_it_documents() -> None:
    assert [("add", 3, "assert_eq!(add(1, 2), 3);")] == [tuple(one)[:3] for one in read_examples(ADD)]


@pytest.mark.parametrize("kind", ["ignore", "no_run", "text", "toml", "compile_fail"])
def test_an_example_that_does_not_run_is_none(kind: str) -> None:
    assert [] == read_examples(ADD.replace("/// ```\n/// assert", f"/// ```{kind}\n/// assert"))


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (ADD, 0),
        (ADD.replace("///\n", "/// More words.\n///\n"), 0),
        (ADD.replace("/// assert_eq!(add(1, 2), 3);", "/// let x = add(1, 1);\n/// assert_eq!(add(1, 2),  3);"), 0),
        (ADD.replace("3);", "4);"), 1),
        (ADD.replace("/// assert_eq!(add(1, 2), 3);\n", ""), 1),
        (ADD.replace("/// ```\n/// assert", "/// ```ignore\n/// assert"), 1),
        ("pub fn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n", 1),
        (ADD.replace("/// ```\n/// assert", "/// ```should_panic\n/// assert"), 1),
        (ADD.replace("/// assert", "/// # if false {\n/// assert").replace("3);\n", "3);\n/// # }\n"), 1),
        (ADD.replace("/// assert", "/// # macro_rules! assert_eq { ($($x:tt)*) => {} }\n/// assert"), 1),
    ],
)
def test_an_example_that_says_less_is_lost(after: str, lost: int) -> None:
    assert lost == len(lost_examples(read_examples(ADD), read_examples(after)))


def test_lost_examples_can_be_put_back() -> None:
    put_back = with_examples("pub fn add() {}\n", read_examples(ADD))

    assert [("__phasewright_example_0", "assert_eq!(add(1, 2), 3);")] == [
        (e.item, e.text) for e in read_examples(put_back)
    ]


def test_a_document_has_examples_too() -> None:
    text = (
        "# Fees\n\n```rust\nassert_eq!(fees::fee(151), 4);\n```\n\n```sh\ncargo add fees\n```\n\n```\nlet a = 1;\n```\n"
    )

    assert [tuple(one)[:3] for one in read_document(text, "README.md")] == [
        ("README.md", 3, "assert_eq!(fees::fee(151), 4);"),
        ("README.md", 11, "let a = 1;"),
    ]


@pytest.mark.parametrize(
    ("line", "document"),
    [
        ('#![doc = include_str!("../README.md")]', "a/README.md"),
        ('#[cfg(doctest)]\n#[doc = include_str!("../../docs/use.md")]\nstruct Docs;', "docs/use.md"),
        ('#![cfg_attr(doctest, doc = include_str!("../README.md"))]', "a/README.md"),
        ('#![doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"))]', "a/README.md"),
        ('doc_comment::doctest!("../README.md");', "a/README.md"),
    ],
)
def test_a_document_is_known_by_the_source_that_takes_it_in(line: str, document: str) -> None:
    assert included_documents(f"{line}\npub fn a() {{}}\n", "a/src/lib.rs", "a") == [document]


def test_a_text_that_is_no_documentation_is_no_document() -> None:
    assert included_documents('const HELP: &str = include_str!("help.md");', "src/lib.rs", "") == []


README = "# Fees\n\n```\nassert_eq!(fees::fee(151), 4);\n```\n"


def said(
    before: str, after: str, *, source: str = '#![doc = include_str!("../README.md")]\n', **more: str
) -> list[tuple[str, str | None]]:
    """Return what is said of a README that changes beside an unchanged source file."""
    contents = {"1": before.encode(), "2": after.encode(), "3": source.encode()}
    lib = {"src/lib.rs": Entry("100644", "3"), "Cargo.toml": Entry("100644", "4")}
    facts = GateFacts(
        phase=phase_of(modify=(more.get("listed", "src/fee.rs"),)),
        change=Change(
            base={"README.md": Entry("100644", "1"), **lib},
            head={"README.md": Entry("100644", "2"), **lib},
            changed=frozenset({"README.md"}),
            contents=contents,
        ),
        before=SideFacts(
            digest="0",
            tests=TestOutcomes(
                outcomes={"fees/doc/src/lib.rs::#1": "ok"}, places={"fees/doc/src/lib.rs::#1": "src/lib.rs:3"}
            ),
        ),
        after=SideFacts(digest="1", built=True),
        probes=Probes(examples={"src/lib.rs#0": more["held"]} if "held" in more else {}),
    )
    return [(one.code, one.path) for one in check_examples(facts) if one.severity == Severity.ERROR]


OTHER = README.replace("4)", "3)")


def test_an_example_of_a_document_that_says_something_else_counts() -> None:
    assert said(README, OTHER) == [("doc-test-changed", "README.md")]
    assert said(README, OTHER, held="failed") == [("base-test-fails", "README.md"), ("doc-test-changed", "README.md")]


def test_an_example_of_a_document_may_change_in_honest_ways() -> None:
    assert said(README, README + "\nMore words.\n\n```\nlet a = 1;\n```\n") == []
    assert said(README, OTHER, held="ok") == []
    assert said(README, OTHER, listed="README.md") == []
    assert said(README, OTHER, source="//! Fees.\n") == []
    moved = '#![doc = include_str!("../README.md")]\n//! ```\n//! assert_eq!(fees::fee(151), 4);\n//! ```\n'
    assert said(README, "# Fees\n", source=moved) == []


def test_what_is_put_back_panics_where_it_did() -> None:
    panics = ADD.replace("/// ```\n/// assert", "/// ```should_panic\n/// assert")

    assert "/// ```should_panic" in with_examples("pub fn add() {}\n", read_examples(panics))
