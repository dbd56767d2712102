"""Functions and variants that deliverables name are looked for in the code."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.names import check_names, check_removals
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.gate.promised_names import promised_names
from phasewright.plan import Phase, PhaseKind


def phase(*deliverables: str, file: str = "src/span.rs") -> Phase:
    return phase_of(create=(file,)).model_copy(update={"deliverables": deliverables})


def said(code: str, *deliverables: str, of: Phase | None = None) -> list[str]:
    facts = GateFacts(
        phase=of or phase(*deliverables),
        change=Change(
            base={},
            head={"src/span.rs": Entry("100644", "1"), "notes.md": Entry("100644", "2")},
            changed=frozenset({"src/span.rs", "notes.md"}),
            contents={"1": code.encode(), "2": b"format_span is done"},
        ),
        before=SideFacts(digest="0"),
        after=SideFacts(digest="1"),
    )
    return [one.message.split("`")[1] for one in check_names(facts)]


@pytest.mark.parametrize(
    ("deliverable", "names"),
    [
        ("`parse_span(text) -> Result<u64, SpanError>` in `src/span.rs`", ["parse_span"]),
        ("`Store::create(user)` returns a token, `Store::revoke(token)` ends it", ["create", "revoke"]),
        ("`pub async fn fetch<T>(url: &str) -> T`", ["fetch"]),
        (
            "`SpanError` with the variants `Empty`, `TooLong { len }` and `Part(String)`",
            ["SpanError", "Empty", "TooLong", "Part"],
        ),
        ("`SpanError` says what is wrong", ["SpanError"]),
        ("struct `TimeSpan`, `enum Unit`, `Cache::set`", ["TimeSpan", "Unit", "set"]),
        ("a `HashMap` of spans, `src/a.rs`, `1m 30s`, `x`", []),
        ("Rename `conv` to `to_span`", []),
        ("`cargo test` is green, `f(x)` is linear, `--all` and `vec![]`", []),
        ("Remove `old_span(text)`", []),
        ("No `unwrap()` is left", []),
        ("A fluent interface, such as `with_unit(unit)`", []),
        ("`parse(text)` or `from_str(text)`", []),
    ],
)
def test_names_are_promised_as_code(deliverable: str, names: list[str]) -> None:
    assert list(promised_names(phase(deliverable))) == names


def test_a_promised_function_that_no_code_has_is_missing() -> None:
    code = "/// format_span writes it.\npub fn parse_span(text: &str) -> u64 { 0 } // format_span\n"
    assert said(code, "`parse_span(text) -> u64`", "`format_span(seconds) -> String`") == ["format_span"]


@pytest.mark.parametrize(
    "code",
    [
        "pub fn format_span(seconds: u64) -> String { String::new() }",
        "pub trait Formats { fn format_span(&self) -> String; }",
        "functions!(parse_span, format_span);",
        "pub use spans::format_span;",
        'const NAME: &str = "format_span";',
    ],
)
def test_a_promised_function_may_be_made_in_many_ways(code: str) -> None:
    assert said(code, "`format_span(seconds) -> String`") == []


def test_only_code_of_rust_is_asked_for_names() -> None:
    assert said("", of=phase("`span(text)` reads", file="span.py")) == []
    assert said("", of=phase("`span(text)` reads").model_copy(update={"kind": PhaseKind.DESIGN})) == []


def test_names_are_promised_beside_files_to_write() -> None:
    note = phase().model_copy(
        update={"text": "- `src/span.rs` - `format_span` and `Total::sum`\n- `src/b.rs` - `other_one`"}
    )
    assert promised_names(note) == ("format_span", "sum")


@pytest.mark.parametrize(
    ("signature", "code", "differs"),
    [
        ("`pub fn slug(name: &str) -> Result<String, E>`", "pub fn slug(name: &str) -> String { x() }", True),
        ("`pub fn slug(name: &str) -> Result<String, E>`", "pub fn slug(n: &str) -> io::Result<String> { x() }", False),
        ("`fn slug(name: &str) -> Result<String, E>`", "pub fn slug(name: &str) -> Answer { x() }", False),
        ("`fn size(name: &str) -> u32`", "pub fn size(name: &str) -> usize { x() }", False),
        ("`fn size(name: &str) -> u32`", "fn size() -> bool { x() } mod a { fn size() -> u8 { x() } }", False),
    ],
)
def test_a_whole_signature_says_what_is_returned(signature: str, code: str, differs: bool) -> None:
    assert bool(said(code, signature)) is differs


@pytest.mark.parametrize(
    ("deliverable", "after", "is_left"),
    [
        ("Remove `read` and its test", "pub fn read() {}", True),
        ("Remove the deprecated function `api::read()`", "pub fn read() {}", True),
        ("Remove `read` and its test", "pub fn other() {}", False),
        ("Remove `read` from the prelude", "pub fn read() {}", False),
        ("Remove `read`'s use of the clock", "pub fn read() {}", False),
        ("Deprecate `read`", "pub fn read() {}", False),
        ("Remove `read` where nobody calls it", "pub fn read() {}", False),
        ("Remove the `read` parameter", "pub fn read() {}", False),
    ],
)
def test_what_a_deliverable_removes_is_gone(deliverable: str, after: str, is_left: bool) -> None:
    facts = GateFacts(
        phase=phase(deliverable),
        change=Change(
            base={"src/span.rs": Entry("100644", "1")},
            head={"src/span.rs": Entry("100644", "2")},
            changed=frozenset({"src/span.rs"}),
            contents={"1": b"pub fn read() {}", "2": after.encode()},
        ),
        before=SideFacts(digest="0"),
        after=SideFacts(digest="1"),
    )
    assert bool(list(check_removals(facts))) is is_left
