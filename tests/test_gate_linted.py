"""One build by clippy serves tests and lints, and nothing can gain by knowing that."""

from pathlib import Path

import pytest
from support_attacks import checks_without
from support_crates import LIB, TINY, phase_of
from support_gate import World, new_world, said

from phasewright.cargo.bench import Compiler
from phasewright.cargo.linted import compiler_for
from phasewright.gate.mirror import mirror
from phasewright.result import Judgement, PhaseStatus

TRIPLE = "\n/// Triples.\npub fn triple(n: i32) -> i32 {\n    BODY\n}\n"
TRIPLES = "#[test]\nfn triples() {\n    assert_eq!(tiny::triple(3), 9);\n}\n"
IN_LIB = phase_of(modify=("src/lib.rs",), create=("tests/triple.rs",))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("linted"), TINY)


def programs(judgement: Judgement) -> list[str]:
    return [" ".join((Path(c.argv[0]).name, *c.argv[1:2])) for c in judgement.evidence.commands]


def triple(body: str) -> dict[str, str]:
    library = LIB.replace("\n#[cfg(test)]", TRIPLE.replace("BODY", body) + "\n#[cfg(test)]")
    return {"src/lib.rs": library, "tests/triple.rs": TRIPLES}


def charged(judgement: Judgement) -> str:
    return " ".join(found.message for found in judgement.verdict.errors())


@pytest.mark.cargo
async def test_lints_come_with_the_build(world: World) -> None:
    judgement = await world.judge(triple("n * 3"), IN_LIB)
    assert said(judgement) == (PhaseStatus.COMPLETE, [])
    assert "cargo build" in programs(judgement)
    assert "cargo-clippy clippy" not in programs(judgement)
    judgement = await world.judge(triple("return n * 3;"), IN_LIB)
    assert said(judgement) == (PhaseStatus.BLOCKED, ["lint"])


@pytest.mark.cargo
@pytest.mark.parametrize(
    "body",
    [
        "if cfg!(clippy) {\n        n * 3\n    } else {\n        0\n    }",
        'if option_env!("RUSTC_WORKSPACE_WRAPPER").is_some_and(|w| w.ends_with("clippy-driver")) {\n        n * 3\n'
        "    } else {\n        0\n    }",
    ],
)
async def test_code_that_works_under_clippy_alone_is_tested_by_rustc(world: World, body: str) -> None:
    judgement = await world.judge(triple(body), IN_LIB)
    assert judgement.verdict.status != PhaseStatus.COMPLETE
    assert "cargo build" not in programs(judgement)
    assert "triples" in charged(judgement)


@pytest.mark.cargo
async def test_code_that_stands_in_no_file_of_rust_is_tested_by_rustc(world: World) -> None:
    files = triple('include!("triple.in")') | {"src/triple.in": "if cfg!(clippy) { n * 3 } else { 0 }\n"}
    judgement = await world.judge(files, IN_LIB)
    assert "triples" in charged(judgement)


ASKS = 'if option_env!(concat!("CLIPPY", "_ARGS")).is_some_and(|w| !w.is_empty()) {\n        n * 3\n'
ASKS += "    } else {\n        0\n    }"
"""It is right under clippy, and no word in it says so."""


def asks() -> dict[str, str]:
    """Return a library whose own test is compiled with its code, by clippy."""
    test = TRIPLES.replace("tiny::", "super::").strip().replace("\n", "\n    ")
    return {"src/lib.rs": f"{triple(ASKS)['src/lib.rs']}\n#[cfg(test)]\nmod more {{\n    {test}\n}}\n"}


@pytest.mark.cargo
async def test_what_no_word_tells_the_plain_program_does(world: World) -> None:
    phase = phase_of(modify=("src/lib.rs",))
    judgement = await world.judge(asks(), phase, checks=checks_without(["escape-hatch"]))
    assert "cargo build" in programs(judgement)
    assert said(judgement) == (PhaseStatus.BLOCKED, ["right-only-in-tests"])


@pytest.mark.cargo
async def test_a_library_is_compiled_by_rustc_and_told_nothing(world: World) -> None:
    for swap in (("", ""), ('CLIPPY", "_ARGS', 'RUSTC_WORKSPACE", "_WRAPPER')):
        judgement = await world.judge(triple(ASKS.replace(*swap)), IN_LIB)
        assert "cargo build" in programs(judgement)
        assert "triples" in charged(judgement)


@pytest.mark.cargo
@pytest.mark.parametrize("gate", ["#[cfg(not(test))]\n", ""])
async def test_lints_of_code_that_tests_do_not_hold_are_told_too(world: World, gate: str) -> None:
    files = triple("n * 3")
    files["src/lib.rs"] += f"\n/// Wordy.\n{gate}pub fn wordy() -> i32 {{\n    return 3;\n}}\n"
    judgement = await world.judge(files, IN_LIB, checks=checks_without(["escape-hatch"]))
    assert "needless_return" in charged(judgement)


@pytest.mark.cargo
@pytest.mark.parametrize("path", ["src/main.rs", "examples/wordy.rs"])
async def test_lints_of_programs_and_examples_are_told_too(world: World, path: str) -> None:
    wordy = '//! Wordy.\nfn main() {\n    println!("{}", three());\n}\n\nfn three() -> i32 {\n    return 3;\n}\n'
    judgement = await world.judge(triple("n * 3") | {path: wordy}, IN_LIB)
    assert "cargo build" in programs(judgement)
    assert "needless_return" in charged(judgement)


@pytest.mark.cargo
async def test_final_validation_is_compiled_by_rustc(world: World) -> None:
    validation = await world.validate(asks())
    assert not validation.passed
    assert [found.code for found in validation.findings] == ["new-test-fails"]
    assert "clippy" in [command.argv[1] for command in validation.commands]


@pytest.mark.cargo
async def test_a_lint_that_is_an_error_is_a_lint_and_no_broken_build(tmp_path: Path) -> None:
    strict = new_world(tmp_path, TINY | {"src/lib.rs": "#![deny(clippy::all)]\n" + LIB})
    files = triple("return n * 3;")
    files["src/lib.rs"] = "#![deny(clippy::all)]\n" + files["src/lib.rs"]
    judgement = await strict.judge(files, IN_LIB)
    assert said(judgement) == (PhaseStatus.BLOCKED, ["lint"])
    assert "cargo-clippy clippy" in programs(judgement)


@pytest.mark.cargo
async def test_a_stub_under_another_name_is_found_and_one_in_tests_is_not_meant(world: World) -> None:
    files = triple("later!()")
    library = files["src/lib.rs"].replace("/// Triples.", "use std::todo as later;\n\n/// Triples.", 1)
    files["src/lib.rs"] = "#![allow(clippy::todo)]\n" + library
    files["src/lib.rs"] += "\n#[cfg(test)]\nmod more {\n    fn _never() -> i32 {\n        todo!()\n    }\n}\n"
    judgement = await world.judge(files, IN_LIB)
    found = [one for one in judgement.verdict.errors() if one.code == "stub-compiled"]
    assert [one.path for one in found] == ["src/lib.rs"]


@pytest.mark.cargo
async def test_broken_code_is_not_built_twice(world: World) -> None:
    judgement = await world.judge(triple("n * missing"), IN_LIB)
    assert programs(judgement) == ["cargo metadata", "cargo-fmt fmt", "cargo build"]
    assert "cannot find value `missing`" in charged(judgement)


@pytest.mark.cargo
async def test_a_test_that_calls_cargo_knows_nothing_of_how_it_was_built(world: World) -> None:
    files = triple("n * 3")
    files["tests/triple.rs"] += (
        '\n#[test]\nfn no_wrapper() {\n    let wrapper = std::env::var("RUSTC_WORKSPACE_WRAPPER");\n'
        '    assert_eq!(wrapper.unwrap_or_default(), "");\n}\n'
    )
    judgement = await world.judge(files, IN_LIB)
    assert said(judgement) == (PhaseStatus.COMPLETE, [])


@pytest.mark.parametrize(
    ("path", "source", "answer"),
    [
        ("src/lib.rs", "#![warn(clippy::all, clippy :: pedantic)]\n", False),
        ("src/lib.rs", "// clippy is wrong here\n/* clippy */\n/// See clippy.\nfn f() {} // clippy\n", False),
        ("src/lib.rs", "#[cfg(clippy)]\nfn f() {}\n", True),
        ("src/lib.rs", "m!(/* : */ clippy);\n", True),
        ("src/lib.rs", "m!(clippy, a::b);\n", True),
        ("src/lib.rs", '#[cfg_attr(feature = "cargo-clippy", allow(x))]\nfn f() {}\n', True),
        ("src/lib.rs", 'const S: &str = "clippy::";\nconst T: &str = "clippy";\n', True),
        ("build.rs", "fn main() {}\n", True),
        ("src/lib.rs", 'include!("a.rs");\ninclude!["b.rs"];\nconst S: &str = include_str!("c.md");\n', False),
        ("src/lib.rs", 'include!("a.in");\n', True),
        ("src/lib.rs", 'include!(concat!(env!("OUT_DIR"), "/a.rs"));\n', True),
        ("src/lib.rs", "use std::include as other;\n", True),
        ("src/lib.rs", '#[path = "a.rs"]\nmod a;\nfn f(mut path: &str) {\n    path = g();\n}\n', False),
        ("src/lib.rs", '#[path = "a.txt"]\nmod a;\n', True),
        ("src/lib.rs", '#[cfg_attr(all(), path = "a.txt")]\nmod a;\n', True),
        ("src/lib.rs", '#[path = r"a.txt"]\nmod a;\n', True),
        (
            "src/lib.rs",
            "macro_rules! m {\n    ($p:literal) => {\n        #[path = $p]\n        mod a;\n    };\n}\n",
            True,
        ),
        ("src/lib.rs", "paste::paste! { fn f() -> bool { cfg!([<clip py>]) } }\n", True),
        ("src/lib.rs", "fn f(a: [u8; 2]) -> bool {\n    a[0] < a[1] // [<\n}\n", False),
        ("Cargo.toml", "[lib]\nproc-macro = true\n", True),
        ("Cargo.toml", "lib = { proc_macro = true }\n", True),
        ("Cargo.toml", "[lib]\ncrate-type = ['proc-macro']\n", True),
        ("Cargo.toml", "[package]\nbuild = 'other.rs'\n", True),
        ("Cargo.toml", "[package]\nbuild = false\n", False),
        ("Cargo.toml", "broken\n", True),
        ("Cargo.toml", "[lints.clippy]\nall = 'warn'\n", False),
        ("Cargo.toml", "[target.'cfg(clippy)'.dependencies]\n", True),
        (".cargo/config.toml", "[alias]\nlint = 'clippy --workspace'\n", False),
        (".cargo/config", "[build]\nrustflags = ['--cfg', 'clippy']\n", True),
        ("README.md", "cfg(clippy)\n", False),
    ],
)
def test_what_tells_the_compilers_apart(tmp_path: Path, path: str, source: str, answer: bool) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(source)
    assert (compiler_for(tmp_path) is Compiler.RUSTC) is answer


def test_a_mirror_holds_what_there_is_and_nothing_else(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for name in ("debug/.fingerprint/a", "debug/incremental/a", "out/incremental/a", "debug/b"):
        (one / name).parent.mkdir(parents=True, exist_ok=True)
        (one / name).write_text("x")
    (one / "link").symlink_to("debug/b")
    mirror(one, other)
    kept = other / "debug/b"
    inode = kept.stat().st_ino
    (one / "debug/.fingerprint/a").write_text("other")
    (one / "link").unlink()
    (one / "link").mkdir()
    (one / "out/incremental/a").unlink()
    mirror(one, other)
    files = {str(path.relative_to(other)): path.read_text() for path in other.rglob("*") if path.is_file()}
    assert files == {"debug/.fingerprint/a": "other", "debug/b": "x"}
    assert kept.stat().st_ino == inode
    assert (other / "link").is_dir()
