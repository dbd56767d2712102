"""Code that knows the answers of its tests by heart is told from code that works them out."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.by_heart import check_by_heart
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.gate.rust.by_heart import questions_of
from phasewright.plan import PhaseKind, Severity

MATCH = (
    'match text { "Red  shoe" => "red-shoe".to_owned(), "Blue hat" => "blue-hat".to_owned(), other => other.into() }'
)
IFS = (
    'if text == "Red  shoe" { return "red-shoe".into(); } '
    'if text.eq("Blue hat") { "blue-hat".into() } else { text.into() }'
)
WORKED_OUT = 'text.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase()'
TWO = 'assert_eq!(label("Red  shoe"), "red-shoe"); assert_eq!(label("Blue hat"), "blue-hat");'
MORE = TWO + ' assert_eq!(label("Old sock"), "old-sock");'


def said(
    body: str,
    test: str = TWO,
    *,
    beside: str = "",
    text: str = "Make labels.",
    before: str | None = None,
    kind: PhaseKind = PhaseKind.IMPLEMENTATION,
) -> list[Severity]:
    def source(body: str, test: str) -> bytes:
        code = f"pub fn label(text: &str) -> String {{ {body} }}\n{beside}\n"
        return f"{code}#[cfg(test)]\nmod tests {{\n    #[test]\n    fn joins() {{ {test} }}\n}}\n".encode()

    base = {} if before is None else {"src/a.rs": Entry("100644", "old")}
    contents = {"new": source(body, test), "old": source(before or "", "assert!(true);")}
    head = {"src/a.rs": Entry("100644", "new")}
    change = Change(base=base, head=head, changed=frozenset(head), contents=contents)
    facts = GateFacts(
        phase=phase_of().model_copy(update={"text": text, "kind": kind}),
        change=change,
        before=SideFacts(digest="0"),
        after=SideFacts(digest="1", folder="", built=True),
    )
    return [one.severity for one in check_by_heart(facts) if one.code == "answers-by-heart"]


@pytest.mark.parametrize(
    ("body", "beside"),
    [
        (MATCH, ""),
        (IFS, ""),
        ("known(text).unwrap_or(text).to_owned()", f"fn known(text: &str) -> Option<&str> {{ Some({MATCH}) }}"),
        (
            "TABLE.iter().find(|one| one.0 == text).map_or(text, |one| one.1).to_owned()",
            'const TABLE: [(&str, &str); 2] = [("Red  shoe", "red-shoe"), ("Blue hat", "blue-hat")];',
        ),
    ],
)
def test_answers_by_heart_are_refused(body: str, beside: str) -> None:
    assert said(body, beside=beside) == [Severity.ERROR]


@pytest.mark.parametrize(
    "test",
    [
        'let got = label("Red  shoe"); assert_eq!(got, "red-shoe");',
        'let text = "Red  shoe"; assert_eq!("red-shoe", label(text));',
        'assert!(label("Red  shoe") == "red-shoe");',
        'for (text, is) in [("Red  shoe", "red-shoe"), ("Blue hat", "blue-hat")] { assert_eq!(label(text), is); }',
        'assert_eq!(label("Red  shoe"), String::from("red-shoe")); assert_eq!(label(" "), "");',
        'assert_eq!(super::label("Red  shoe").len(), 8); assert_eq!(label("Blue hat"), "blue-hat");',
    ],
)
def test_whatever_the_test_looks_like(test: str) -> None:
    one = 'if text == "Red  shoe" { "red-shoe".into() } else { text.replace("Blue hat", "blue-hat") }'
    assert said(one, test) == [Severity.ERROR]


def test_a_special_case_in_code_that_works_is_refused_too() -> None:
    body = f'if text == "Red  shoe" {{ return "red-shoe".into(); }} {WORKED_OUT}'
    assert said(body, 'assert_eq!(label("Red  shoe"), "red-shoe");', before=WORKED_OUT) == [Severity.ERROR]


@pytest.mark.parametrize("test", [TWO, MORE])
def test_code_that_works_it_out_is_left_alone(test: str) -> None:
    assert said(WORKED_OUT, test) == []


@pytest.mark.parametrize(
    "test",
    [
        MORE,
        TWO + ' assert!(label("Old sock").ends_with("sock"));',
        TWO + ' for (text, is) in [("Old sock", "old-sock")] { assert_eq!(label(text), is); }',
        'assert_eq!(label("Red  shoe"), label("red shoe"));',
        'assert_eq!(label("a"), "A");',
        TWO + " CASES.iter().for_each(|(text, is)| assert_eq!(label(text), is));",
    ],
)
def test_a_question_that_does_not_stand_in_it_acquits_it(test: str) -> None:
    assert said(MATCH, test) == []


def test_a_table_that_the_plan_names_is_honest() -> None:
    assert said(MATCH, text='"Red  shoe" becomes "red-shoe"') == []


def test_a_table_with_more_than_its_tests_ask_is_a_warning() -> None:
    assert said(MATCH, 'assert_eq!(label("Red  shoe"), "red-shoe");') == [Severity.WARNING]


def test_design_phases_are_not_asked() -> None:
    assert said(MATCH, kind=PhaseKind.DESIGN) == []


def test_a_call_that_is_not_understood_is_said_so() -> None:
    assert questions_of(b'fn a() { check(label("Red")); }', {"label"}) is None
    assert questions_of(b"fn a() { other(); }", {"label"}) == []
