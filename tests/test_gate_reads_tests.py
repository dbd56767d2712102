"""Code that reads the files of its tests is told from code that has to do with tests."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.checks.reads_tests import check_reads_tests
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.gate.objects import Entry
from phasewright.plan import Severity
from phasewright.toolchain.outcomes import TestOutcomes
from phasewright.toolchain.workspace import Member, Workspace

HERE = (
    "a/tests/label.rs",
    "a/tests/fixtures/rates.txt",
    "a/Cargo.toml",
    "a/src/table.rs",
    "tests/root.txt",
    "b/Cargo.toml",
)
TESTED = "pub const A: u8 = 1;\n#[test]\nfn one() { assert_eq!(1, 1); }\n"


def said(
    code: str, path: str = "a/src/lib.rs", *, before: str | None = None, tested: str = "a", beside: str = ""
) -> list[Severity]:
    contents = {
        "new": code.encode(),
        "old": (before or "").encode(),
        "table": TESTED.encode(),
        "beside": beside.encode(),
    }
    others = {one: Entry("100644", "table" if one.endswith("table.rs") else "other") for one in HERE}
    head = {**others, path: Entry("100644", "new"), "a/src/beside.rs": Entry("100644", "beside")}
    base = {} if before is None else {path: Entry("100644", "old"), **others}
    change = Change(
        base=base, head=head, changed=frozenset({path, "a/src/table.rs", "a/src/beside.rs"}), contents=contents
    )
    members = (
        Member(name="a", folder="a"),
        Member(name="b", folder="b", depends_on=("a",)),
        Member(name="c", folder="c"),
    )
    facts = GateFacts(
        phase=phase_of(),
        change=change,
        before=SideFacts(digest="0"),
        after=SideFacts(
            digest="1",
            built=True,
            workspace=Workspace(members=members),
            tests=TestOutcomes(outcomes={f"{tested}/lib/{tested}::one": "ok"}),
        ),
    )
    return [one.severity for one in check_reads_tests(facts)]


@pytest.mark.parametrize(
    "code",
    [
        'const EXAMPLES: &str = include_str!("../tests/label.rs");',
        'const EXAMPLES: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/label.rs"));',
        'const EXAMPLES: &str = include_str!("table.rs");',
        'fn rate() { fs::read_to_string("tests/fixtures/rates.txt"); }',
        'fn rate() { fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/", "fixtures/rates.txt")); }',
        'fn rate(c: &str) { fs::read_to_string(format!("{ROOT}/tests/fixtures/{c}.txt")); }',
        'fn rate() { fs::read_to_string(r"tests/root.txt"); }',
        'fn rate() { let file = Path::new(ROOT).join("tests").join("fixtures").join("rates.txt"); }',
        'fn rate() { let mut at = root(); at.push("tests"); at.push("fixtures"); }',
        'mod a { impl A { fn rate(&self) -> u8 { read("a/tests/fixtures/rates.txt") } } }',
        '#[derive(Embed)]\n#[folder = "tests/fixtures/"]\nstruct Rates;',
        '#[path = "../tests/label.rs"]\nmod label;',
    ],
)
def test_code_that_reads_files_of_tests_is_refused(code: str) -> None:
    assert said(code) == [Severity.ERROR]


@pytest.mark.parametrize(
    "code",
    [
        'const FOLDERS: [&str; 2] = ["src", "tests"];',
        'fn is_test(path: &Path) -> bool { path.join("tests").is_dir() || path.starts_with("tests/") }',
        'fn template() { write("tests/basic.rs", TEMPLATE); }',
        'fn other() { read("../other/tests/fixtures.txt"); }',
        '#[cfg(test)]\nmod tests {\n    const RATES: &str = include_str!("../tests/fixtures/rates.txt");\n}',
        '#[test]\nfn reads() { read("tests/fixtures/rates.txt"); }',
        '#![doc = include_str!("../tests/fixtures/rates.txt")]',
        "/// Reads tests/fixtures/rates.txt.\nfn reads() {} // tests/fixtures/rates.txt",
        'const HELP: &str = "run the tests/benches before you commit";',
        'const SOURCE: &str = include_str!("lib.rs");',
        'const PAGE: &str = include_str!("../pages/index.html");',
    ],
)
def test_code_that_has_to_do_with_tests_is_left_alone(code: str) -> None:
    assert said(code) == []


@pytest.mark.parametrize("path", ["a/tests/it.rs", "a/benches/b.rs", "a/examples/e.rs", "a/src/tests.rs"])
def test_tests_benches_and_examples_may_read_them(path: str) -> None:
    assert said('fn read() { read("tests/fixtures/rates.txt"); }', path) == []


def test_what_base_read_already_is_not_charged() -> None:
    code = 'fn rate() { read("tests/fixtures/rates.txt"); }'
    assert said(f"{code}\nfn more() {{}}", before=code) == []


def test_a_tool_that_no_test_runs_is_told() -> None:
    code = 'fn main() { update("tests/root.txt"); }'
    assert said(code, "c/src/main.rs") == [Severity.WARNING]
    assert said(code, "a/src/main.rs", tested="b") == [Severity.ERROR]


def test_a_build_script_may_make_tests_of_files() -> None:
    code = 'fn main() { write(out, read("tests/fixtures/rates.txt")); }'
    taken = 'include!(concat!(env!("OUT_DIR"), "/rates.rs"));'

    assert said(code, "a/build.rs") == [Severity.WARNING]
    assert said(code, "a/build.rs", beside=f"#[cfg(test)]\nmod tests {{ {taken} }}") == [Severity.WARNING]
    assert said(code, "a/build.rs", beside=taken) == [Severity.ERROR]


def test_a_module_of_its_own_file_that_only_tests_compile_may_read_them() -> None:
    code = 'pub fn rates() -> String { read("tests/fixtures/rates.txt") }'

    assert said(code, "a/src/rates.rs") == [Severity.ERROR]
    assert said(code, "a/src/beside/rates.rs", beside="#[cfg(test)]\nmod rates;") == []
    assert said(code, "a/src/beside/rates/mod.rs", beside="#[cfg(all(test, unix))]\nmod rates;") == []
    assert said(code, "a/src/beside/rates.rs", beside="#[cfg(unix)]\nmod rates;") == [Severity.ERROR]
