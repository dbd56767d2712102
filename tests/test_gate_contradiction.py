"""Tests that expect other answers than the plan gives are told from tests that write them another way."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.contradiction import check_contradiction
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.gate.plan_examples import read_plan_examples

CODE = "pub fn span(seconds: u64) -> String { String::new() }\npub fn half(of: f64) -> f64 { of }\n"
CODE += "pub fn split(text: &str) -> Vec<String> { vec![] }\npub fn find(text: &str) -> Option<u8> { None }\n"


def said(plan: str, test: str, *, code: str = CODE, before: str = "", attribute: str = "") -> list[str]:
    source = f"{code}\n#[cfg(test)]\nmod tests {{\n#[test]\n{attribute}fn one() {{ {test} }}\n}}\n"
    path = "src/span.rs"
    contents = {"new": source.encode(), "old": before.encode()}
    change = Change(
        base={path: Entry("100644", "old")},
        head={path: Entry("100644", "new")},
        changed=frozenset({path}),
        contents=contents,
    )
    facts = GateFacts(
        phase=phase_of().model_copy(update={"text": plan}),
        change=change,
        before=SideFacts(digest="0", built=True),
        after=SideFacts(digest="1", built=True),
    )
    return [one.code for one in check_contradiction(facts)]


@pytest.mark.parametrize(
    ("plan", "test"),
    [
        ("- `span(90)` is `1m 30s`", 'assert_eq!(span(90), "1:30");'),
        ("- `span(90)` is `1m 30s`, `span(0)` is `0s`", 'assert_eq!(span(90), "1m 30s"); assert_eq!("0:00", span(0));'),
        ('- `span(90)` returns `"1m 30s"`', 'assert_eq!(super::span(90), String::from("1:30"));'),
        ("- `span(90)` → `1m 30s`", 'assert_eq!(crate::span::span(90).as_str(), "1:30", "{}", 1);'),
        ('- `span(90) == "1m 30s"`', 'assert!(span(90) == "1:30");'),
        ('- `span(90) -> "1m 30s"`', 'let got = span(90_u64); assert_eq!(got, "1:30");'),
        ('    assert_eq!(span(90), "1m 30s");', 'assert_eq!(span(90), "1:30");'),
        ("- `half(3.0)` gives `1.5`", "assert_eq!(half(3.), 1.0);"),
        ('- `split("a b")` becomes `["a", "b"]`', 'assert_eq!(split("a b"), vec!["a", "c"]);'),
        ('- `find("a")` yields `Some(3)`', 'assert_eq!(find("a"), Some(4));'),
        ('- `find("a")` yields `None`', 'assert_eq!(find("a"), Some(4));'),
        ('- `find("a")` must return `3`', 'assert_eq!(find("a").unwrap(), 4);'),
    ],
)
def test_another_answer_than_the_plans_contradicts_it(plan: str, test: str) -> None:
    assert said(plan, test) == ["contradicts-plan"]


@pytest.mark.parametrize(
    ("plan", "test"),
    [
        ("- `span(90)` is `1m 30s`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(90)` is `1m 30s`", 'assert_eq!(span(91), "1m 31s");'),
        ("- `span(90)` is `1m 30s`", 'assert_ne!(span(90), "1:30");'),
        ("- `span(90)` is `1m 30s`", "assert_eq!(span(90).len(), 6);"),
        ("- `span(90)` is `1m 30s`", 'assert_eq!(span(90), "1:30"); assert_eq!(span(90), "1m 30s");'),
        ('- `span(90)` is `"1m 30s"`', 'assert_eq!(span(90), r"1m 30s");'),
        ('- `span(90)` is `"1m 30s"`', 'assert_eq!(span(90), "1m 30s\\n");'),
        ('- `span(90)` is `"1m"`', 'assert_eq!(span(90), "\\"1m\\"");'),
        ("- `span(90)` is `1m\\n30s`", 'assert_eq!(span(90), "1m\\n30s");'),
        ("- `span(90)` is `const`", 'assert_eq!(span(90), "1m");'),
        ('- `find("a")` returns `3`', 'assert_eq!(find("a"), Some(3));'),
        ('- `find("a")` returns `3`', 'assert_eq!(find("a"), Some(3u8));'),
        ('- `find("a")` returns `3`', 'assert_eq!(find("a").map(|n| n + 1), Some(4));'),
        ("- `half(3)` gives `1.5`", "assert_eq!(half(3.0), 1.50);"),
        ("- `half(1.0)` gives `0.33`", "assert_eq!(half(1.0), 0.333_333);"),
        ("- `half(1000)` gives `500`", "assert_eq!(half(1_000.0), 5e2);"),
        ('- `split("a b")` gives `["a", "b"]`', 'assert_eq!(split("a b"), ["a".to_string(), "b".to_string()]);'),
        ("- `span(90)` is `1m 30s` or `90s`", 'assert_eq!(span(90), "90s");'),
        ("- `span(90)` currently returns `90`", 'assert_eq!(span(90), "1m 30s");'),
        ("- Fix `span(90)`, it gives `1:30`", 'assert_eq!(span(90), "1m 30s");'),
        ("- With `short`, `span(90)` is `1m`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(90)` is `1m` for short ones\n- `span(90)` is `1m 30s`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(90)` returns `String`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(90)` returns `DEFAULT_SPAN`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(90)` returns `Span::new(90)`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(90)` returns `…`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(seconds) -> String`", 'assert_eq!(span(90), "1m 30s");'),
        ("- `span(90)` and `span(91)` are `1m 30s`", 'assert_eq!(span(90), "1m");'),
        ("- `other(90)` is `1m 30s`", 'assert_eq!(other(90), "1:30");'),
        ("- `add` is in `span(90)` calls", 'assert_eq!(span(90), "1:30");'),
        ('- `span("a")` is `Ok`', 'assert_eq!(span("a"), "b");'),
        ('- `span("a")` is `Red`', 'assert_eq!(span("a"), "red");'),
    ],
)
def test_what_is_uncertain_or_only_written_otherwise_does_not(plan: str, test: str) -> None:
    assert said(plan, test) == []


def test_functions_of_the_same_name_may_differ() -> None:
    twice = CODE + "mod short { pub fn span(seconds: u64) -> String { String::new() } }\n"
    assert said("- `span(90)` is `1m 30s`", 'assert_eq!(span(90), "1m");', code=twice) == []


def test_a_test_that_base_had_is_not_charged() -> None:
    test = '#[test]\nfn one() { assert_eq!(span(90), "1:30"); }'
    assert said("- `span(90)` is `1m 30s`", 'assert_eq!(span(90), "1:30");', before=test) == []


def test_a_test_that_expects_a_panic_expects_no_answer() -> None:
    plan, test = "- `span(90)` is `1m 30s`", 'assert_eq!(span(90), "1:30");'
    assert said(plan, test, attribute="#[should_panic]\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "`a(b)` is `c`",
        "`a()` is `c`",
        "`a(1)` calls `b`",
        "`a(1` is `2`",
        "a(1) is 2",
        "`a(1)`",
        "`A(1)` is `2`",
        "`` ` ``",
    ],
)
def test_a_line_that_gives_no_example(line: str) -> None:
    assert read_plan_examples(line) == []


def test_a_value_deeper_than_anybody_writes_is_none() -> None:
    deep = "[" * 5000 + "1" + "]" * 5000
    assert read_plan_examples(f"`a({deep})` is `2`") == []
    assert said("- `span(90)` is `1m 30s`", f"assert_eq!(span(90), {deep});") == []
