"""Code that knows the answers of its tests by heart is told from code that works them out."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.by_heart import check_by_heart
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.gate.rust.asked import questions_of
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


def asked(
    tests: str, body: str = MATCH, *, text: str = "Make labels.", other: str = "", beside: str = ""
) -> list[Severity]:
    """Return what is said of code whose *tests* are a whole module; *other* is another file of code."""
    code = f"use crate::words::*;\npub fn label(text: &str) -> String {{ {body} }}\n{beside}\n"
    files = {"src/a.rs": f"{code}#[cfg(test)]\nmod tests {{ {tests} }}\n", "src/words.rs": other}
    change = Change(
        base={},
        head={path: Entry("100644", path) for path in files},
        changed=frozenset(files),
        contents={path: content.encode() for path, content in files.items()},
    )
    facts = GateFacts(
        phase=phase_of().model_copy(update={"text": text}),
        change=change,
        before=SideFacts(digest="0"),
        after=SideFacts(digest="1", folder="", built=True),
    )
    return [one.severity for one in check_by_heart(facts) if one.code == "answers-by-heart"]


ROWS = '[("Red  shoe", "red-shoe"), ("Blue hat", "blue-hat")]'
TABLE = '[(&str, &str); 2] = [("Red  shoe", "red-shoe"), ("Blue hat", "blue-hat")];'
LOOKS = "TABLE.iter().find(|one| one.0 == text).map_or(String::new(), |one| one.1.to_owned())"
CHECK = "fn check(text: &str, expected: &str) { assert_eq!(label(text), expected); }"
BOTH = 'check("Red  shoe", "red-shoe"); check("Blue hat", "blue-hat");'
DEEP = BOTH.replace("check", "deep")
CASES = '#[case("Red  shoe", "red-shoe")]\n#[case::hat("Blue hat", "blue-hat")]'


@pytest.mark.parametrize(
    "tests",
    [
        f"{CHECK}\n#[test]\nfn joins() {{ {BOTH} }}",
        f"{CHECK}\nfn deep(a: &str, b: &str) {{ check(a, b); }}\n#[test]\nfn joins() {{ {DEEP} }}",
        f"#[test]\nfn joins() {{ let check = |text: &str, is: &str| assert_eq!(label(text), is); {BOTH} }}",
        "macro_rules! check { ($text:expr, $is:expr $(,)?) => { assert_eq!(label($text), $is) }; }\n"
        f"#[test]\nfn joins() {{ {BOTH.replace('check', 'check!')} }}",
        f"{CHECK}\n#[test]\nfn joins() {{ for (text, is) in {ROWS} {{ check(text, is); }} }}",
        f"#[rstest]\n{CASES}\nfn joins(#[case] text: &str, #[case] is: &str) {{ assert_eq!(label(text), is); }}",
        f"#[rstest]\n{CASES}\nfn joins(kit: Kit, #[case] a: &str, #[case] is: &str) {{ assert_eq!(label(a), is) }}",
        '#[test_case("Red  shoe" => "red-shoe".to_string(); "one")]\n#[test_case("Blue hat" => "blue-hat".into())]\n'
        "fn joins(text: &str) -> String { label(text) }",
    ],
)
def test_tests_may_ask_through_helpers_and_cases(tests: str) -> None:
    assert asked(tests) == [Severity.ERROR]


@pytest.mark.parametrize(
    "tests",
    [
        f'{CHECK}\n#[test]\nfn joins() {{ {BOTH} check("Old sock", "old-sock"); }}',
        f"{CHECK}\n#[test]\nfn joins() {{ {BOTH} check(&random(), made()); assert_eq!(label(seen), made); }}",
        f'#[rstest]\n{CASES}\n#[case("Old sock", "old-sock")]\nfn joins(#[case] text: &str, #[case] is: &str) '
        "{ assert_eq!(label(text), is); }",
        f"#[rstest]\n{CASES}\nfn joins(#[case] a: &str, #[case] is: &str) {{ assert_eq!(label(a), is); label(b); }}",
        "#[rstest]\nfn joins(#[values(1, 2)] text: &str) { assert_eq!(label(text), is(text)); }",
        '#[test_case("Old sock" => "old-sock".to_string())]\nfn joins(text: &str) -> String { label(text) }',
    ],
)
def test_a_helpers_question_that_does_not_stand_in_it_acquits_it(tests: str) -> None:
    assert asked(tests) == []


ASKS_BOTH = f"#[test]\nfn joins() {{ {TWO} }}"


@pytest.mark.parametrize(
    ("body", "other"),
    [
        (LOOKS, f"pub const TABLE: {TABLE}"),
        (LOOKS.replace("TABLE", "crate::words::TABLE"), f"pub static TABLE: {TABLE}"),
        ("known(text).unwrap_or(text).to_owned()", f"pub fn known(text: &str) -> Option<&str> {{ {MATCH} }}"),
        (LOOKS, f"mod inner {{ pub const TABLE: {TABLE} }}\npub use inner::*;"),
    ],
)
def test_the_answers_may_stand_in_another_file(body: str, other: str) -> None:
    assert Severity.ERROR in asked(ASKS_BOTH, body, other=other)


@pytest.mark.parametrize(
    ("body", "other"),
    [
        (WORKED_OUT, f"pub const TABLE: {TABLE}"),
        (LOOKS, f"#[cfg(test)]\nmod tests {{ pub const TABLE: {TABLE} }}"),
        ("self.get(text)", f"pub fn get(text: &str) -> String {{ {MATCH} }}"),
    ],
)
def test_what_the_function_does_not_name_is_not_its_knowledge(body: str, other: str) -> None:
    assert asked(ASKS_BOTH, body, other=other) == []


@pytest.mark.parametrize(
    "more",
    [
        TABLE.replace("2]", "3]").replace(")];", '), ("Old sock", "old-sock")];'),
        TABLE.replace("2]", "3]").replace("= [(", '= [("Old sock", "old-sock"), ('),
    ],
)
def test_a_constant_with_more_than_its_tests_ask_is_a_warning(more: str) -> None:
    assert asked(ASKS_BOTH, LOOKS, other=f"pub const TABLE: {more}") == [Severity.WARNING]
    assert asked(ASKS_BOTH, LOOKS, beside=f"const TABLE: {more}") == [Severity.WARNING]


ROMAN = 'match text { 1 => "I".to_owned(), 4 => "IV".into(), 5 => String::from("V"), _ => String::new() }'
ASKS_ROMAN = '#[test]\nfn one() { assert_eq!(label(1), "I"); }\n'
ASKS_ROMAN += '#[test]\nfn more() { assert_eq!(label(4), "IV"); assert_eq!("V", label(5)); }'


@pytest.mark.parametrize(
    "body",
    [
        ROMAN,
        f"let roman = {ROMAN}; roman",
        ROMAN.replace("String::new()", 'panic!("unknown")'),
        'if text == 1 { return "I".into(); } '
        'if text == 4 { "IV".into() } else if text == 5 { "V".into() } else { "".into() }',
    ],
)
def test_a_function_of_few_numbers_that_are_its_tests_is_refused(body: str) -> None:
    assert asked(ASKS_ROMAN, body) == [Severity.ERROR]


@pytest.mark.parametrize(
    ("body", "tests"),
    [
        (ROMAN, ASKS_ROMAN.replace("label(5)", "label(6)")),
        (ROMAN, ASKS_ROMAN.replace("label(5)", "label(seen)")),
        (ROMAN, ASKS_ROMAN.replace('assert_eq!("V", label(5));', "")),
        (ROMAN.replace("4 =>", "2 | 3 | 4 =>"), ASKS_ROMAN),
        (ROMAN.replace("4 =>", "2..=4 =>"), ASKS_ROMAN),
        (ROMAN.replace("String::new()", "text.to_roman()"), ASKS_ROMAN),
        (ROMAN.replace("String::new()", 'format!("{text}")'), ASKS_ROMAN),
        (ROMAN.replace("match text", "match text % 10"), ASKS_ROMAN),
        (ROMAN.replace("4", "2").replace("5", "3"), ASKS_ROMAN.replace("4", "2").replace("5", "3")),
        ("match text { 'I' => 1, 'V' => 5, 'X' => 10, _ => 0 }", "#[test]\nfn one() { assert_eq!(label('I'), 1); }"),
    ],
)
def test_a_mapping_of_few_values_is_left_alone(body: str, tests: str) -> None:
    assert asked(tests, body) == []


def test_few_numbers_that_the_plan_names_are_honest() -> None:
    assert asked(ASKS_ROMAN, ROMAN, text="- `4` becomes `IV`") == []
    assert asked(ASKS_ROMAN, ROMAN, text="- Roman numerals from 1 to 3999") == [Severity.ERROR]


def test_what_stands_in_a_test_of_the_same_name_is_not_its_knowledge() -> None:
    assert asked(ASKS_BOTH.replace("fn joins", "fn label").replace("label(", "super::label(", 2), WORKED_OUT) == []
