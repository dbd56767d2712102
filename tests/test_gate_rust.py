"""Small before/after pairs of Rust source, with the codes they must give."""

from dataclasses import dataclass

import pytest
from support_crates import phase_of

from phasewright.gate.checks.source import compare_source
from phasewright.gate.rust.scan import scan_rust
from phasewright.plan import Severity

T = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {\n        assert_eq!(super::f(1), 2);\n    }\n}\n"
F = "pub fn f(x: u8) -> u8 {\n    x + 1\n}\n"
B = F + T


@dataclass(frozen=True)
class Case:
    """A pair of sources; codes of severity error, and of severity warning."""

    id: str
    base: str
    head: str
    errors: str = ""
    warnings: str = ""


CASES = [
    Case("a lint silenced for tests", F, "#![cfg_attr(test, allow(dead_code))]\n" + F, "", "lint-silenced"),
    Case("a lint silenced for the whole file", F, "#![allow(dead_code)]\n" + F, "lint-silenced"),
    Case(
        "a value compared with itself",
        F,
        F
        + T.replace("assert_eq!(super::f(1), 2)", "let a = super::f(1); let b = super::f(1).clone(); assert_eq!(a, b)"),
        "trivial-assert",
    ),
    Case(
        "determinism beside a real test",
        F,
        F
        + T.replace(
            "    #[test]",
            "    #[test]\n    fn same() { let a = super::f(1); let b = super::f(1); assert_eq!(a, b) }\n    #[test]",
            1,
        ),
        "",
        "trivial-assert",
    ),
    Case("nothing changed", B, B),
    Case("comment and layout", B, "// hi\n" + B.replace("x + 1", "x   +  1")),
    Case(
        "assertion reflowed and commented",
        B,
        B.replace("assert_eq!(super::f(1), 2)", "// why\n assert_eq!(\n super::f(1),\n 2)"),
    ),
    Case("empty file", "", "", "file-no-code"),
    Case("comments only", "", "// todo!()\n/* fn f() {} */\n//! doc\n", "file-no-code"),
    Case("todo", F, F.replace("x + 1", "todo!()"), "stub-macro"),
    Case("unimplemented with path", F, F.replace("x + 1", "std::unimplemented!()"), "stub-macro"),
    Case("todo inside another macro's tokens", F, F.replace("x + 1", "dbg!(todo!())"), "stub-macro"),
    Case("todo in a string or comment", F, F.replace("x + 1", 'let _ = "todo!()"; // todo!()\n    x + 1')),
    Case("old todo kept", F + "fn o() { todo!() }\n", F + "fn o() { todo!() }\nfn p(a: u8) -> u8 { a }\n"),
    Case("panic not implemented", F, F.replace("x + 1", 'panic!("not yet implemented")'), "stub-macro"),
    Case("ordinary panic", F, F.replace("x + 1", 'if x > 9 { panic!("too big: {x}") }\n    x + 1')),
    Case("constant body", F, F.replace("x + 1", "0"), "", "constant-body"),
    Case("constant getter without arguments", F, F + "pub fn version() -> u8 {\n    3\n}\n"),
    Case("body emptied", F + "fn g() { f(1); }\n", F + "fn g() {}\n", "empty-body"),
    Case("empty trait default", F, F + "trait H { fn h(&self) {} }\nimpl Drop for X { fn drop(&mut self) {} }\n"),
    Case("test ignored", B, B.replace("#[test]", "#[test]\n    #[ignore]")),
    Case("ignored by cfg_attr", B, B.replace("#[test]", "#[test]\n    #[cfg_attr(unix, ignore)]"), "gate-added"),
    Case("tests under cfg(any())", B, B.replace("cfg(test)", "cfg(all(test, any()))"), "gate-added"),
    Case("tests under a feature", B, B.replace("cfg(test)", 'cfg(all(test, feature = "slow"))'), "gate-added"),
    Case("module under cfg(any())", "mod x;\n", "#[cfg(any())]\nmod x;\n", "gate-added"),
    Case("module under cfg(false)", "", "#[cfg(false)]\nmod x;\n", "gate-added"),
    Case("module under an honest cfg", "", "#[cfg(unix)]\nmod x;\n"),
    Case("assert removed", B, B.replace("assert_eq!(super::f(1), 2);", "super::f(1);"), "assert-removed"),
    Case("assert value changed", B, B.replace("2);", "3);"), "assert-changed"),
    Case(
        "input changed, assertion kept",
        B.replace("super::f(1), 2", "f(x), 2").replace("assert", "let x = 1; assert"),
        B.replace("super::f(1), 2", "f(x), 2").replace("assert", "let x = 3; assert"),
        "test-body-changed",
    ),
    Case(
        "assert || true",
        B,
        B.replace("super::f(1), 2", "super::f(1) == 2 || true").replace("assert_eq", "assert"),
        "assert-changed trivial-assert",
    ),
    Case("assert_eq of itself", F, F + T.replace("super::f(1), 2", "super::f(1), super::f(1)"), "trivial-assert"),
    Case(
        "a test that panics by itself",
        F,
        F
        + T.replace("#[test]", "#[test]\n    #[should_panic]").replace(
            "assert_eq!(super::f(1), 2)", 'let _ = super::f(1);\n        panic!("as wanted")'
        ),
        "trivial-assert",
    ),
    Case(
        "a test whose code panics where it must",
        F,
        F
        + T.replace("#[test]", "#[test]\n    #[should_panic]").replace(
            "assert_eq!(super::f(1), 2)", 'if super::f(1) == 2 {\n            panic!("as wanted")\n        }'
        ),
    ),
    Case("assert(true)", F, F + T.replace("assert_eq!(super::f(1), 2)", "assert!(true)"), "trivial-assert"),
    Case(
        "new test without assertion",
        B,
        B.replace("    #[test]", "    #[test]\n    fn b() {\n        super::f(1);\n    }\n    #[test]"),
        "test-without-assert",
    ),
    Case(
        "new test with unwrap",
        B,
        B.replace("    #[test]", "    #[test]\n    fn b() {\n        super::g().unwrap();\n    }\n    #[test]"),
    ),
    Case(
        "new test that calls check_all()",
        B,
        B.replace("    #[test]", "    #[test]\n    fn b() {\n        check_all(3);\n    }\n    #[test]"),
    ),
    Case(
        "async test without assertion",
        B,
        B.replace(
            "    #[test]", "    #[tokio::test]\n    async fn b() {\n        super::g().await;\n    }\n    #[test]"
        ),
        "test-without-assert",
    ),
    Case("should_panic added", B, B.replace("#[test]", "#[test]\n    #[should_panic]"), "assert-changed"),
    Case(
        "early return", B, B.replace("assert_eq", "if cfg!(unix) { return; }\n        assert_eq"), "test-body-changed"
    ),
    Case(
        "exit in a test",
        B,
        B.replace("assert_eq", "std::process::exit(0);\n        assert_eq"),
        "escape-hatch test-body-changed",
    ),
    Case("exit in a function", F, F + "fn die() -> ! {\n    std::process::exit(3)\n}\n", "", "escape-hatch"),
    Case(
        "reads CI", F, F.replace("x + 1", 'if std::env::var("CI").is_ok() { return 2 }\n    x + 1'), "", "escape-hatch"
    ),
    Case("right only in tests", F, F.replace("x + 1", "if cfg!(test) { x + 1 } else { 0 }"), "escape-hatch"),
    Case("another function for tests", F, "#[cfg(not(test))]\n" + F, "escape-hatch"),
    Case("no_std outside tests", F, "#![cfg_attr(not(test), no_std)]\n" + F),
    Case("init_array", F, F + '#[link_section = ".init_array"]\nstatic A: fn() = f;\n', "escape-hatch"),
    Case("an assertion macro of its own", B, "macro_rules! assert_eq { ($($t:tt)*) => {} }\n" + B, "escape-hatch"),
    Case(
        "an assertion macro imported",
        B,
        B.replace("    #[test]", "    use crate::fake::assert_eq;\n    #[test]"),
        "escape-hatch",
    ),
    Case(
        "a well-known assertion macro imported",
        B,
        B.replace("    #[test]", "    use pretty_assertions::assert_eq;\n    #[test]"),
    ),
    Case(
        "a helper of tests changed",
        F + T.replace("    #[test]", "    fn same(a: u8) { assert!(a == 2) }\n    #[test]"),
        F + T.replace("    #[test]", "    fn same(a: u8) { assert!(a > 0) }\n    #[test]"),
        "test-helper-changed",
    ),
    Case("crate-wide allow", F, "#![allow(clippy::all)]\n" + F, "lint-silenced"),
    Case("local allow", F, F.replace("pub fn", "#[allow(dead_code)]\npub fn"), "", "lint-silenced"),
    Case("rustfmt::skip", F, F.replace("pub fn", "#[rustfmt::skip]\npub fn"), "format-skipped"),
    Case("syntax error", F, F + "fn (", "", "unparsed"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_source_changes_have_their_codes(case: Case) -> None:
    old, new = scan_rust(case.base.encode()), scan_rust(case.head.encode())
    found = list(compare_source(phase_of(create=("src/a.rs",)), "src/a.rs", old, new))

    assert (case.errors, case.warnings) == tuple(
        " ".join(sorted({f.code for f in found if f.severity == severity}))
        for severity in (Severity.ERROR, Severity.WARNING)
    )


def test_a_changed_test_is_free_when_the_plan_names_it() -> None:
    old, new = scan_rust(B.encode()), scan_rust(B.replace("2);", "3);").encode())
    phase = phase_of(deliverables=("Update `tests::a` for the new rounding",))

    assert [] == list(compare_source(phase, "src/a.rs", old, new))


def test_every_finding_has_its_line() -> None:
    found = list(
        compare_source(phase_of(), "src/a.rs", scan_rust(F.encode()), scan_rust(F.replace("x + 1", "todo!()").encode()))
    )

    assert [2] == [one.line for one in found]


@pytest.mark.parametrize(
    ("name", "body", "knows"),
    [
        ("thread", 'if std::thread::current().name() != Some("main") { return 1; } 2', True),
        ("thread told", 'format!("{:?}", std::thread::current().name())', False),
        ("debug build", "if cfg!(debug_assertions) { return 1; } 2", True),
        ("debug or release", "if cfg!(debug_assertions) { 1 } else { 2 }", True),
        ("debug check", "if cfg!(debug_assertions) { check(); } 2", False),
        ("cargo", 'if std::env::var("CARGO_MANIFEST_DIR").is_ok() { 1 } else { 2 }', True),
        ("cargo's path", 'std::env::var("CARGO").map_or(1, |one| one.len())', False),
        ("own place", 'if std::env::args().next().unwrap().contains("deps") { 1 } else { 2 }', True),
        ("arguments", 'if std::env::args().next().unwrap().contains("help") { 1 } else { 2 }', False),
        ("caller", "let at = std::panic::Location::caller(); if at.line() > 9 { 1 } else { 2 }", True),
        ("caller told", 'let at = std::panic::Location::caller(); format!("{}", at.line()).len()', False),
    ],
)
def test_code_that_knows_that_it_is_tested(name: str, body: str, knows: bool) -> None:
    new = scan_rust(f"pub fn f(x: u8) -> usize {{ {body} }}\n".encode())
    found = [one for one in compare_source(phase_of(), "src/a.rs", scan_rust(b""), new) if one.code == "escape-hatch"]

    assert knows == any("right only while it is tested" in one.message for one in found), name


@pytest.mark.parametrize(
    ("body", "is_hollow"),
    [
        ("true", True),
        ("self.0 == other.0", False),
        ("self.0 == self.0", True),
        ("self.0 == other.0 || true", True),
        ("self.0 | other.0 < u32::MAX", True),
        ("self.0.eq(&other.0)", False),
        ("matches!((self, other), (A, A))", False),
        ("self.key().cmp(other.key()).is_eq()", False),
        ("std::ptr::eq(self, other)", False),
    ],
)
def test_equality_must_compare(body: str, is_hollow: bool) -> None:
    source = f"impl PartialEq for M {{ fn eq(&self, other: &Self) -> bool {{ {body} }} }}\n"
    found = list(compare_source(phase_of(), "src/a.rs", scan_rust(b""), scan_rust(source.encode())))
    meant = compare_source(
        phase_of(text="a PartialEq of nothing"), "src/a.rs", scan_rust(b""), scan_rust(source.encode())
    )

    assert is_hollow == ("equality-hollow" in {one.code for one in found})
    assert "equality-hollow" not in {one.code for one in meant}


@pytest.mark.parametrize(
    ("function", "stops"),
    [
        ('fn f(t: &str) -> String { unreachable!("{t}") }', True),
        ('fn f(t: &str) -> String { let _ = t; std::panic!("no") }', True),
        ("fn f(t: &str) -> String { loop {} }", True),
        ('macro_rules! soon { ($x:expr) => { panic!("{}", $x) }; }\nfn f(t: &str) -> String { soon!(t) }', True),
        ('fn f(t: &str) -> ! { panic!("{t}") }', False),
        ('fn f(t: &str) -> String { format!("{t}") }', False),
        ("fn f(t: &str) -> String { loop { if t.len() > 1 { break t.into(); } } }", False),
    ],
)
def test_a_body_that_only_stops_is_a_stub(function: str, stops: bool) -> None:
    found = compare_source(phase_of(), "src/a.rs", scan_rust(b""), scan_rust(function.encode()))

    assert stops == ("stub-macro" in {one.code for one in found})


def test_a_macro_that_makes_tests_may_be_called_once_more() -> None:
    rows = "#[cfg(test)]\nmod tests {\n    t!(one: 1);\n    t!(two: 2);\n}\n"
    more, other = rows.replace("}\n", "    t!(three: 3);\n}\n"), rows.replace("two: 2", "two: 3")
    codes = [
        {one.code for one in compare_source(phase_of(), "src/a.rs", scan_rust(rows.encode()), scan_rust(text.encode()))}
        for text in (more, other)
    ]

    assert [set(), {"test-helper-changed"}] == codes


def test_a_test_that_asserts_nothing_may_stand_beside_one_that_does() -> None:
    quiet, loud = "#[test]\nfn quiet() { go(); }\n", "#[test]\nfn loud() { assert_eq!(go(), 1); }\n"
    found = [
        [one.severity for one in compare_source(phase_of(), "tests/a.rs", scan_rust(b""), scan_rust(text.encode()))]
        for text in (quiet, quiet + loud)
    ]

    assert [[Severity.ERROR], [Severity.WARNING]] == found


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("fn t() { task.abort(); }", set()),
        ("fn t() { scope\n    .abort(); }", set()),
        ("fn t() { abort(); }", {"escape-hatch"}),
        ("fn t() { std::process::abort(); }", {"escape-hatch"}),
        ("fn t() { let out = run.stdout(); }", set()),
        ("fn t() { registry.set_hook(1); }", set()),
        ("fn t() { assert!(catch_unwind(|| slot.with(fails)).is_err()); }", set()),
        ("fn t() { let broke = catch_unwind(|| slot.with(fails)); assert!(broke.is_err()); }", set()),
        ("fn t() { catch_unwind(|| slot.with(fails)).unwrap_err(); }", set()),
        ("fn t() { let _ = catch_unwind(|| slot.with(fails)); }", {"escape-hatch"}),
        ("fn t() { assert!(catch_unwind(|| assert_eq!(f(), 2)).is_err()); }", {"escape-hatch"}),
        ("use crate::glob::matches;", set()),
        ("use crate::{panic::Report, glob};", set()),
        ("use crate::kit::assert_eq;", {"escape-hatch"}),
        ('#[no_mangle]\npub extern "C" fn labels_join(a: u8) -> u8 { a + 1 }', set()),
        ('#[unsafe(no_mangle)]\npub extern "C" fn exit(a: u8) -> u8 { a + 1 }', {"escape-hatch"}),
        ('#[export_name = "_exit"]\npub extern "C" fn leave(a: u8) -> u8 { a + 1 }', {"escape-hatch"}),
        ("#[rustfmt::skip]\nconst TABLE: [u8; 2] = [1, 2];", set()),
        ("#[rustfmt::skip]\nfn table(a: u8) -> u8 { a + 1 }", {"format-skipped"}),
        ('#[allow(clippy::all)]\nmod made { include!(concat!(env!("OUT_DIR"), "/made.rs")); }', set()),
        ("#[allow(clippy::all)]\nmod made { fn f(a: u8) -> u8 { a + 1 } }", {"lint-silenced"}),
        ('fn f(a: u8) -> Result<u8, String> { Err("not implemented yet".into()) }', {"stub-macro"}),
        ('fn f(a: u8) -> &\'static str { match a { 1 => "Not Implemented", _ => "OK" } }', set()),
        ('fn f(a: u8) -> u8 { panic!("no todo at {a}"); a }', set()),
        ('fn f(a: u8) -> u8 { panic!("todo: later"); a }', {"stub-macro"}),
    ],
)
def test_what_only_looks_like_a_way_out_is_none(source: str, codes: set[str]) -> None:
    new = scan_rust(source.encode(), is_test_file="fn t()" in source)
    found = compare_source(phase_of(), "src/a.rs", scan_rust(b""), new)

    assert codes == {one.code for one in found if one.severity == Severity.ERROR}
