"""Tests that expect something else, sources on few lines, functions that never return: what rests on text alone."""

import pytest

from phasewright.cargo.mir import functions_in
from phasewright.gate.rust.altered import with_other_expectations
from phasewright.gate.rust.flat import flat
from phasewright.gate.rust.syntax import says_the_same


@pytest.mark.parametrize(
    ("assertion", "other"),
    [
        ('assert_eq!(f("a"), "red")', 'assert_eq!(f("a"), "xed")'),
        ('assert_eq!(f("a"), "x-ray", "said")', 'assert_eq!(f("a"), "y-ray", "said")'),
        ('assert_eq!("red", f("a"))', 'assert_eq!("xed", f("a"))'),
        ('assert_eq!(f("a"), "")', 'assert_eq!(f("a"), "x")'),
        ("assert_eq!(f(1), 10)", "assert_eq!(f(1), 9)"),
        ("assert_eq!(f(1), 0u8)", "assert_eq!(f(1), 1u8)"),
        ("assert_eq!(f(1), -1_000)", "assert_eq!(f(1), -999)"),
        ("assert_eq!(f(1), 1.5)", "assert_eq!(f(1), 0.5)"),
        ("assert_eq!(f(1), true)", "assert_eq!(f(1), false)"),
        ("assert_eq!(f(1), 'a')", "assert_eq!(f(1), 'x')"),
        ("assert_eq!(f(1), Ok(Some(2)))", "assert_eq!(f(1), Ok(Some(1)))"),
        ('assert_eq!(f(1), vec!["a".to_owned()])', 'assert_eq!(f(1), vec!["x".to_owned()])'),
        (
            'assert_eq!(f(1), shop::Label { text: "a".into(), n: 3 })',
            'assert_eq!(f(1), shop::Label { text: "x".into(), n: 2 })',
        ),
        ('pretty_assertions::assert_eq!(f(1), r#"a"b"#)', 'pretty_assertions::assert_eq!(f(1), r#"x"b"#)'),
        ("for n in all { assert_eq!(f(n), 2); }", "for n in all { assert_eq!(f(n), 1); }"),
    ],
)
def test_a_written_value_becomes_another_one(assertion: str, other: str) -> None:
    said = with_other_expectations(f"fn a() {{ {assertion} }}".encode())
    assert said == f"fn a() {{ {other} }}".encode()


@pytest.mark.parametrize(
    "assertion",
    [
        "assert_eq!(f(1), g(2))",
        "assert_eq!(f(n), expected)",
        "assert_eq!(f(1), None)",
        "assert_eq!(Matrix::from_rows(&[vec![1.0], vec![2.0, 3.0]]), None)",
        "assert_eq!(f(1), [0; 4])",
        "assert_eq!(f(1), 0xff)",
        'assert_eq!(f(1), "\\n")',
        "assert_ne!(f(1), 2)",
        'assert!(f("a"))',
        'assert_eq!(f(1), "a".parse().unwrap())',
    ],
)
def test_what_is_not_written_out_stays(assertion: str) -> None:
    assert with_other_expectations(f"fn a() {{ {assertion} }}".encode()) is None


SPREAD = b"""//! A file.
#![allow(dead_code)]

/// Says
/// more.
fn one<'a>(x: &'a str) -> String {
    // nothing
    let long = "two
lines"; /* and */ let raw = r#"// no
comment"#;
    format!("{x}{long}{raw}{}", '"')
}

macro_rules! of { ($($x:tt)*) => {
    /// Made.
    fn made() { $($x)* }
} }
#[cfg(test)]
mod tests {
    #[test]
    fn two() {}
}
"""


def test_a_flat_file_says_the_same_on_fewer_lines() -> None:
    once = flat(SPREAD)
    assert says_the_same(SPREAD, once)
    assert flat(once) == once or says_the_same(once, flat(once))
    assert once.count(b"\n") == 6  # documentation, and what stands in strings
    assert b'"two\nlines"' in once
    assert b"// nothing" not in once


MIR = """// WARNING: This output format is intended for human consumers only
fn label(_1: &str) -> String {
    bb0: {
        return;
    }
}

fn shop::<impl at src/label.rs:5:1: 5:20>::stop(_1: &Label) -> String {
    bb0: {
        _2 = panic_fmt(move _3) -> unwind continue;
    }
}

const LABEL: &str = {
    bb0: {
        return;
    }
}

// MIR FOR CTFE
const fn of_type(_1: T) -> T {
    bb0: {
        goto -> bb0;
    }
}

fn on_nothing(_1: &Never) -> u8 {
    bb0: {
        unreachable;
    }
}
"""


def test_functions_without_a_return_are_found() -> None:
    assert list(functions_in(MIR)) == [("label", True), ("stop", False), ("of_type", False), ("on_nothing", True)]


def test_what_is_no_such_text_says_nothing() -> None:
    assert list(functions_in("")) == []
    assert list(functions_in("fn broken(\n\n}\n{\n")) == []
