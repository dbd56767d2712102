"""Phases that promise work and bring none are told from phases that bring little, and mean it."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.no_work import check_no_work
from phasewright.gate.checks.unchanged import check_unchanged
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.plan import FileChanges, PhaseKind
from phasewright.toolchain.outcomes import TestOutcomes

STUBS = """pub struct Store;
impl Store {
    pub fn create(&mut self, _user: &str) -> String { String::new() }
    pub fn user_of(&self, token: &str) -> Option<String> { let _ = token; None }
    pub fn revoke(&mut self, _token: &str) {}
}
"""
PLAN = "### Phase 1\n\n- `Store::create(user)` returns a fresh token\n- `revoke(token)` ends a session\n"


def said(
    files: dict[str, tuple[str | None, str]],
    text: str = PLAN,
    *,
    listed: FileChanges | None = None,
    new_test: bool = False,
    kind: PhaseKind = PhaseKind.IMPLEMENTATION,
) -> list[tuple[str, str | None]]:
    """Return what is said of *files*: path → content at base, content now."""
    base = {path: Entry("100644", f"{path} old") for path, (old, _) in files.items() if old is not None}
    head = {path: Entry("100644", f"{path} new") for path in files}
    contents = {f"{path} new": new.encode() for path, (_, new) in files.items()}
    contents |= {f"{path} old": old.encode() for path, (old, _) in files.items() if old is not None}
    files_of_phase = listed or FileChanges(create=tuple(set(head) - set(base)), modify=tuple(base))
    outcomes = {"a/lib/a::one": "ok"}
    facts = GateFacts(
        phase=phase_of().model_copy(update={"text": text, "kind": kind, "files": files_of_phase}),
        change=Change(base=base, head=head, changed=frozenset(head), contents=contents),
        before=SideFacts(digest="0", built=True, tests=TestOutcomes(outcomes=outcomes)),
        after=SideFacts(
            digest="1", built=True, tests=TestOutcomes(outcomes=outcomes | ({"a/lib/a::two": "ok"} if new_test else {}))
        ),
    )
    return sorted((one.code, one.path) for one in (*check_no_work(facts), *check_unchanged(facts)))


def test_code_of_constants_that_no_new_test_asks_is_no_work() -> None:
    assert said({"src/a.rs": (None, STUBS)}) == [("constants-only", "src/a.rs")] * 3


@pytest.mark.parametrize(
    "text", ["A store that does nothing.", "A no-op store.", "`supports(x)` always returns false."]
)
def test_constants_that_the_plan_asks_for_are_work(text: str) -> None:
    assert said({"src/a.rs": (None, STUBS)}, text) == []


@pytest.mark.parametrize(
    "code",
    [
        STUBS + "pub fn len(store: &[u8]) -> usize { store.len() }",
        STUBS + "pub const LIMIT: usize = 10;",
        STUBS + "macro_rules! store { () => { Store } }",
        'pub struct A;\nimpl A { pub fn name(&self) -> &\'static str { "a" } pub const fn port() -> u16 { 80 } }',
        "pub struct A;\nimpl Visitor for A { fn visit(&mut self, _node: &Node) {} }",
        "pub trait Visitor { fn visit(&mut self, _node: &u8) {} fn is_deep(&self, _node: &u8) -> bool { true } }",
    ],
)
def test_what_is_more_than_constants_is_work(code: str) -> None:
    assert said({"src/a.rs": (None, code)}) == []


def test_constants_that_a_new_test_asks_are_left_to_the_probes() -> None:
    assert said({"src/a.rs": (None, STUBS)}, new_test=True) == []


def test_constants_beside_a_promised_page_are_work() -> None:
    listed = FileChanges(create=("src/a.rs", "pages/a.html"))
    assert said({"src/a.rs": (None, STUBS), "pages/a.html": (None, "<p>")}, listed=listed) == []


@pytest.mark.parametrize(
    "code",
    [
        "//! Sessions.\n\n/// Keeps them.\n#[derive(Debug)]\npub struct Store;\n",
        "pub struct Store {}\npub enum No {}\n",
    ],
)
def test_a_file_of_types_without_fields_holds_no_code(code: str) -> None:
    assert said({"src/a.rs": (None, code)}, "Keep sessions.") == [("file-no-code", "src/a.rs")]
    assert said({"src/a.rs": (None, code)}, "Marker types for the builder.") == []


TYPES = "use std::fmt;\n/// Keeps them.\n#[derive(Debug)]\npub struct Store {\n    pub len: usize,\n}\n"


def test_a_file_of_types_is_not_what_a_plan_of_functions_promises() -> None:
    assert said({"src/a.rs": (None, TYPES)}) == [("file-no-code", "src/a.rs")]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (TYPES, "The types of sessions."),
        (TYPES, "The types of sessions; `create(user)` comes in phase 2."),
        ("pub enum Error { Io, Parse(String) }", "The errors of `Store`."),
        (TYPES + "impl Store { pub fn is_empty(&self) -> bool { self.len == 0 } }", PLAN),
        (TYPES.replace("Debug", "Debug, clap::Parser"), "`Store::try_parse_from(args)` reads the options"),
        ("pub struct A;\npub use crate::b::B;", "One name for all."),
        ("pub struct A;\nmod b;", "Modules."),
        ("pub struct A;\nimpl Marked for A {}", "Mark it."),
        ("store!(A);", "Stores."),
        ("pub const A: u8 = 1;", "Limits."),
    ],
)
def test_a_file_of_types_is_often_what_is_wanted(code: str, text: str) -> None:
    assert said({"src/a.rs": (None, code)}, text) == []


def test_functions_in_another_file_are_work() -> None:
    other = ("fn old() {}", "fn old() {}\npub fn create(user: &str) -> String { user.to_owned() }")
    assert said({"src/a.rs": (None, TYPES), "src/lib.rs": other}) == []


ADD = "/// Adds up.\npub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n"
SAID = ADD.replace("Adds up.", "Adds up, and never overflows.")


@pytest.mark.parametrize("after", [SAID, ADD.replace("/// Adds up.", '#[doc = "Never overflows."]')])
def test_a_promise_of_code_is_not_kept_by_documentation(after: str) -> None:
    assert said({"src/lib.rs": (ADD, after)}, "Fix the overflow of `add`.") == [("file-unchanged", "src/lib.rs")]


@pytest.mark.parametrize(
    "text",
    ["Document the overflow.", "An example for `add`.", "Comments say why.", "Every `unsafe fn` has `# Safety`."],
)
def test_documentation_is_work_where_the_phase_is_about_it(text: str) -> None:
    assert said({"src/lib.rs": (ADD, SAID)}, text) == []


def test_documentation_is_work_where_the_phase_lists_a_document_or_its_words_are_not_known() -> None:
    listed = FileChanges(modify=("src/lib.rs", "docs/use.md"))

    assert said({"src/lib.rs": (ADD, SAID)}, "Say how it is used.", listed=listed) == []
    assert said({"src/lib.rs": (ADD, SAID)}, "") == []


def test_another_layout_is_no_documentation() -> None:
    assert said({"src/lib.rs": (ADD, ADD.replace("{\n    a + b\n}", "{ a + b }"))}, "Bring it into form.") == []


def test_documentation_beside_code_is_fine() -> None:
    more = ("", "pub fn sum(all: &[u32]) -> u32 { all.iter().sum() }")
    assert said({"src/lib.rs": (ADD, SAID), "src/sum.rs": more}, "Add `sum`.") == []


def test_design_phases_are_not_asked() -> None:
    assert said({"src/a.rs": (None, STUBS)}, kind=PhaseKind.DESIGN) == []


TOTAL = """pub fn total(prices: &[u64]) -> u64 {
    let mut sum = 0;
    for price in prices {
        sum += price;
    }
    sum
}
"""
RENAMED = TOTAL.replace("sum", "acc").replace("prices", "all")
TESTED = RENAMED + "\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn saturates() {}\n}\n"


@pytest.mark.parametrize("after", [RENAMED, "#[inline]\n" + TOTAL, "const _MAX: u64 = 1;\n" + TOTAL, TESTED])
def test_the_same_work_in_other_words_is_no_work(after: str) -> None:
    assert said({"src/lib.rs": (TOTAL, after)}, "Fix the overflow of `total`.") == [("file-unchanged", "src/lib.rs")]


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (TOTAL.replace("sum += price", "sum = sum.saturating_add(*price)"), "Fix the overflow of `total`."),
        (RENAMED, "Clearer names of variables."),
        ("#[must_use]\n" + TOTAL, "Every getter is `#[must_use]`."),
        (TOTAL.replace("sum\n}", "prices.len() as u64\n}"), "Fix `total`."),
    ],
)
def test_other_work_and_work_on_words_that_is_asked_for_are_work(after: str, text: str) -> None:
    assert said({"src/lib.rs": (TOTAL, after)}, text) == []


@pytest.mark.parametrize(
    ("text", "excused"),
    [
        ("Runs in constant memory.", False),
        ("No stub is left behind.", False),
        ("The hash is a stub for now.", True),
    ],
)
def test_a_word_excuses_only_where_it_is_meant(text: str, excused: bool) -> None:
    assert (said({"src/a.rs": (None, STUBS)}, text) == []) is excused
