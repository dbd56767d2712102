"""Code that is right only while it is tested: the same tests in a plain program tell."""

from pathlib import Path

import pytest
from support_crates import TINY, phase_of
from support_gate import World, new_world

from phasewright.gate.rust.program import BELOW, freed, knows_tests, without_main
from phasewright.result import Judgement

MAIN = """//! A program.

fn main() {
    println!("{}", shout("a"));
}

/// Shouts.
fn shout(text: &str) -> String {
    text.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::shout;

    #[test]
    fn shouts() {
        assert_eq!(shout("a"), "A");
    }
}
"""
# As the real one, an attribute for tests and one for programs, each with a runtime; `main` refuses a word of `test`.
RUNTIME = """//! Blocks.
use std::future::Future;
use std::task::{Context, Poll, Waker};
pub use macros::{main, test};

/// Waits.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}
"""
MACROS = """//! Attributes.
use proc_macro::TokenStream;

fn blocking(before: &str, item: TokenStream) -> TokenStream {
    let text = item.to_string().replacen("async", "", 1);
    let (head, body) = text.split_once('{').unwrap();
    format!("{before} {head} {{ ::tokio::block_on(async {{ {body} ) }}").parse().unwrap()
}

/// A test.
#[proc_macro_attribute]
pub fn test(_: TokenStream, item: TokenStream) -> TokenStream {
    blocking("#[::core::prelude::v1::test]", item)
}

/// A function.
#[proc_macro_attribute]
pub fn main(words: TokenStream, item: TokenStream) -> TokenStream {
    assert!(!words.to_string().contains("odd"));
    blocking("", item)
}
"""
PACKAGE = '[package]\nname = "NAME"\nversion = "0.1.0"\nedition = "2021"\n'
WAITING = {
    "Cargo.toml": PACKAGE.replace("NAME", "tiny") + '[dependencies]\ntokio = { path = "tokio" }\n[workspace]\n',
    ".gitignore": "/target\n/Cargo.lock\n",
    "src/lib.rs": "//! Numbers.\n",
    "tokio/Cargo.toml": PACKAGE.replace("NAME", "tokio") + '[dependencies]\nmacros = { path = "macros" }\n',
    "tokio/src/lib.rs": RUNTIME,
    "tokio/macros/Cargo.toml": PACKAGE.replace("NAME", "macros") + "[lib]\nproc-macro = true\n",
    "tokio/macros/src/lib.rs": MACROS,
}
DOUBLE_LATER = """//! Numbers.

/// Doubles.
pub async fn double(n: i32) -> i32 {
    BODY
}

#[cfg(test)]
mod tests {
    use super::double;

    #[tokio::test]
    async fn doubles() {
        assert_eq!(double(4).await, 8);
    }
}
"""
FILES = TINY | {"src/main.rs": MAIN.replace('"a"', '"x"').replace('"A"', '"X"'), "src/deep/inner.rs": ""}
DEEP = """//! Deep.

/// Doubles.
pub fn double(n: i32) -> i32 {
    BODY
}

#[cfg(test)]
mod tests {
    use super::double;

    #[test]
    fn doubles() {
        assert_eq!(double(4), 8);
    }
}
"""
OUTER = (
    'CALLED\npub mod deep {\n    //! Deep.\n    #[path = "inner.rs"]\n    mod inner;\n    pub use inner::double;\n}\n'
)
IN_TESTS = "//! Tests.\nuse tiny::deep::double;\n\n#[test]\nfn doubles_again() {\n    assert_eq!(double(5), 10);\n}\n"
PHASE = phase_of(modify=("src/lib.rs", "src/deep/inner.rs"), create=("tests/deep.rs",))
TOLD = 'std::backtrace::Backtrace::force_capture()\n        .to_string()\n        .contains("test::run")'
"""By what code may know that it is tested, and no list of words holds."""
KNOWN = f"if {TOLD}\n    {{\n        n * 2\n    }} else {{\n        0\n    }}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("program"), FILES)


def deep(body: str, library: str = "") -> dict[str, str]:
    lib = str(FILES["src/lib.rs"])
    lib = lib.replace("\n#[cfg(test)]", OUTER.replace("CALLED", library) + "\n#[cfg(test)]")
    return {"src/lib.rs": lib, "src/deep/inner.rs": DEEP.replace("BODY", body), "tests/deep.rs": IN_TESTS}


def refused(judgement: Judgement) -> list[str]:
    return sorted(f.message.split(" ")[0] for f in judgement.verdict.errors() if f.code == "right-only-in-tests")


def was_asked(judgement: Judgement) -> bool:
    return any(command.argv[0].endswith("/out/app") for command in judgement.evidence.commands)


@pytest.mark.cargo
async def test_honest_work_passes_in_a_program_too(world: World) -> None:
    judgement = await world.judge(deep("n * 2"), PHASE)
    assert refused(judgement) == []
    assert was_asked(judgement)


@pytest.mark.cargo
async def test_a_private_module_s_tests_and_integration_tests_are_asked(world: World) -> None:
    judgement = await world.judge(deep(KNOWN), PHASE)
    assert refused(judgement) == ["tiny/lib/tiny::deep::inner::tests::doubles", "tiny/test/deep::doubles_again"]


@pytest.mark.cargo
@pytest.mark.slow
async def test_a_program_s_own_tests_are_asked(world: World) -> None:
    body = f'if {TOLD}\n    {{\n        "A".into()\n    }} else {{\n        text.into()\n    }}'
    lying = {"src/main.rs": MAIN.replace("text.to_uppercase()", body)}
    judgement = await world.judge(lying, phase_of(modify=("src/main.rs",)))
    assert refused(judgement) == ["tiny/bin/tiny::tests::shouts"]


@pytest.mark.cargo
async def test_a_test_may_ask_for_the_environment_that_cargo_gives_and_code_may_not(world: World) -> None:
    asked = 'std::env::var_os("CARGO_MANIFEST_DIR").map_or(0, |_| '
    judgement = await world.judge(deep(f"{asked}n * 2)"), PHASE)
    assert refused(judgement) == ["tiny/lib/tiny::deep::inner::tests::doubles", "tiny/test/deep::doubles_again"]
    files = deep("n * 2")
    files["tests/deep.rs"] = (
        files["tests/deep.rs"].replace("    assert", f"    let ten = {asked}10);\n    assert").replace(", 10", ", ten")
    )
    judgement = await world.judge(files, PHASE)
    assert refused(judgement) == []
    assert was_asked(judgement)


@pytest.mark.cargo
@pytest.mark.slow
async def test_code_that_always_was_another_one_in_tests_is_not_asked(tmp_path: Path) -> None:
    twins = "\n#[cfg(test)]\nconst N: i32 = 2;\n#[cfg(not(test))]\nconst N: i32 = 3;\n"
    twins += "\n/// N.\npub fn number() -> i32 {\n    N\n}\n"
    files = FILES | {
        "src/lib.rs": str(FILES["src/lib.rs"]).replace("\n#[cfg(test)]\nmod", twins + "\n#[cfg(test)]\nmod")
    }
    old = new_world(tmp_path, files)
    lib = str(files["src/lib.rs"]).replace(
        "    #[test]\n",
        "    #[test]\n    fn two() {\n        assert_eq!(super::number(), 2);\n    }\n\n    #[test]\n",
        1,
    )
    judgement = await old.judge({"src/lib.rs": lib}, phase_of(modify=("src/lib.rs",)))
    assert refused(judgement) == []
    assert not was_asked(judgement)


@pytest.mark.cargo
async def test_tests_that_wait_are_asked(tmp_path: Path) -> None:
    world, phase = new_world(tmp_path, WAITING), phase_of(modify=("src/lib.rs",))
    honest = await world.judge({"src/lib.rs": DOUBLE_LATER.replace("BODY", "n * 2")}, phase)
    assert (honest.verdict.status, was_asked(honest)) == ("COMPLETE", True)
    lying = DOUBLE_LATER.replace("BODY", KNOWN)
    assert refused(await world.judge({"src/lib.rs": lying}, phase)) == ["tiny/lib/tiny::tests::doubles"]
    # A word that no program takes hides the test that it stands on, and no other.
    odd = lying.replace("tokio::test]", "tokio::test(odd)]")
    odd = odd.rstrip("}\n") + "}\n\n    #[test]\n    fn doubles_too() {\n"
    odd += "        assert_eq!(tokio::block_on(double(4)), 8);\n    }\n}\n"
    assert refused(await world.judge({"src/lib.rs": odd}, phase)) == ["tiny/lib/tiny::tests::doubles_too"]


@pytest.mark.cargo
async def test_tests_of_a_library_may_use_what_only_tests_depend_on(tmp_path: Path) -> None:
    manifest = WAITING["Cargo.toml"].replace("[dependencies]", "[dev-dependencies]")
    start = '#![doc = include_str!("../README.md")]\n#![no_std]\nextern crate std;\n'
    files = WAITING | {"Cargo.toml": manifest, "README.md": "Numbers.\n", "src/lib.rs": f"{start}pub mod deep;\n"}
    files["src/deep.rs"] = "//! Deep.\n"
    world, phase = new_world(tmp_path, files), phase_of(modify=("src/deep.rs",))
    honest = DOUBLE_LATER.replace(
        "BODY", 'let two = include_str!("two.txt").trim().parse::<i32>();\n    n * two.unwrap()'
    )
    judgement = await world.judge({"src/deep.rs": honest, "src/two.txt": "2\n"}, phase)
    assert (judgement.verdict.status, was_asked(judgement)) == ("COMPLETE", True)
    lying = DOUBLE_LATER.replace("BODY", KNOWN).replace("if std", "use std::string::ToString;\n    if std")
    assert refused(await world.judge({"src/deep.rs": lying}, phase)) == ["tiny/lib/tiny::deep::tests::doubles"]


@pytest.mark.cargo
async def test_a_library_at_another_path_is_asked(tmp_path: Path) -> None:
    manifest = PACKAGE.replace("NAME", "tiny-one") + '[lib]\nname = "tiny"\npath = "source/main_part.rs"\n'
    manifest += '[[test]]\nname = "checks"\npath = "checks/all.rs"\n'
    files = {"Cargo.toml": manifest, ".gitignore": "/target\n/Cargo.lock\n", "source/main_part.rs": "//! One.\n"}
    files["checks/all.rs"] = "//! Checks.\n"
    world = new_world(tmp_path, files)
    work = {"source/main_part.rs": DEEP, "checks/all.rs": IN_TESTS.replace("tiny::deep", "tiny")}
    phase = phase_of(modify=("source/main_part.rs", "checks/all.rs"))
    honest = await world.judge(work | {"source/main_part.rs": DEEP.replace("BODY", "n * 2")}, phase)
    assert (refused(honest), was_asked(honest)) == ([], True)
    lying = await world.judge(work | {"source/main_part.rs": DEEP.replace("BODY", KNOWN)}, phase)
    assert refused(lying) == ["tiny-one/lib/tiny::tests::doubles", "tiny-one/test/checks::doubles_again"]


SOURCE = b"""mod a;
pub mod b;
#[cfg(test)]
mod tests {
    #[test]
    fn plain() {}
    #[test]
    #[allow(dead_code)]
    fn allowed() {}
    #[test]
    #[should_panic]
    fn panics() {}
    #[tokio::test]
    async fn waits() {}
    #[test]
    fn placed() {
        assert_eq!(line!(), 3);
    }
}
"""


def test_what_is_freed_can_be_called() -> None:
    wanted = [f"x::tests::{name}" for name in ("plain", "allowed", "panics", "waits", "placed")]
    made = freed(
        SOURCE.replace(b"        assert_eq!(line!(), 3);\n", b""), wanted, {"a", "x", "tests"}, is_test_code=False
    )
    assert made.tests == {f"x::tests::{name}" for name in ("plain", "allowed", "waits", "placed")}
    assert made.waiting == {"x::tests::waits"}
    assert made.altered == frozenset()
    top, below = made.source.split(b"\n" * 1000)
    assert b"\n" not in top.strip()
    assert b"pub(crate) mod a; pub mod b;  pub(crate) mod tests {  pub(crate) fn plain() {}" in top
    assert b"#[should_panic] fn panics" in top
    runs = '#[tokio::main(flavor = "current_thread")]'
    assert f"{runs} pub(crate) async fn waits() {{}}".encode() in top
    assert below.splitlines()[:4] == [
        f"#[allow(warnings)] {words} fn {name}{BELOW}() {{{body}}}".encode()
        for name, words, body in (
            ("plain", "pub(crate)", ""),
            ("allowed", "pub(crate)", ""),
            ("waits", f"{runs} pub(crate) async", ""),
            ("placed", "pub(crate)", " "),
        )
    ]


def test_tests_that_wait_can_be_left_out() -> None:
    made = freed(SOURCE, ["x::tests::waits"], {"tests"}, is_test_code=False, waiting=False)
    assert made.tests == frozenset()
    assert b"#[tokio::test] async fn waits" in made.source


@pytest.mark.parametrize(
    "test",
    [
        b"#[tokio::test] fn waits() {}",
        b"#[test] async fn waits() {}",
        b"#[tokio::test] #[serial] async fn waits() {}",
        b"#[tokio::test] async unsafe fn waits() {}",
        b"#[rstest] #[tokio::test] async fn waits() {}",
    ],
)
def test_what_another_macro_may_change_is_left_alone(test: bytes) -> None:
    assert freed(test, ["waits"], (), is_test_code=True).tests == frozenset()


def test_tests_that_speak_of_their_place_are_left_alone() -> None:
    assert freed(SOURCE, ["x::tests::plain"], {"tests"}, is_test_code=False).tests == frozenset()
    assert freed(b"#[test]\nfn a() {}\nfn b() { insta::x() }\n", ["a"], (), is_test_code=True).tests == frozenset()
    assert freed(b"#[test]\nfn a() {}\nfn b() { insta::x() }\n", ["a"], (), is_test_code=False).tests == {"a"}


def test_a_broken_file_is_left_alone() -> None:
    assert freed(b"fn f( {", ["f"], (), is_test_code=False) == (b"fn f( {", *3 * [frozenset()])


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        (b"#[cfg(not(test))]", True),
        (b"if cfg!(test) {}", True),
        (b"#[cfg(all(unix, not( test )))]", True),
        (b"#[cfg(test)]", False),
    ],
)
def test_twins_are_seen(source: bytes, answer: bool) -> None:
    assert knows_tests(source) is answer


def test_a_program_keeps_its_main_under_another_name() -> None:
    assert without_main(b"mod m { fn main() {} }\n#[x]\nfn main() {}\n") == (
        b"mod m { fn main() {} }\n#[x]\nfn phasewright_main() {}\n"
    )
