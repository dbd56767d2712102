"""Cargo roots beside the topmost one: what `cargo test --workspace` never runs is judged all the same."""

from pathlib import Path

import pytest
from support_crates import LIB, TINY, Files, phase_of
from support_gate import World, new_world, said

from phasewright.gate.roots import other_roots, roots_to_judge
from phasewright.result import PhaseStatus

GEN = """//! Generates.

/// Doubles.
pub fn double(n: i32) -> i32 {
    n * 2
}

#[cfg(test)]
mod tests {
    use super::double;

    #[test]
    fn doubles() {
        assert_eq!(double(4), 8);
    }

    #[test]
    fn doubles_nothing() {
        assert_eq!(double(0), 0);
    }
}
"""
ROOTS: dict[str, str] = TINY | {
    "tools/gen/Cargo.toml": '[package]\nname = "gen"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n',
    "tools/gen/src/lib.rs": GEN,
    # A package of the same name as the topmost one, and one that never built.
    "tools/tiny/Cargo.toml": '[package]\nname = "tiny"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n',
    "tools/tiny/src/lib.rs": LIB.replace("tiny::add(1, 2), 3", "tiny::add(1, 3), 4"),
    "tools/old/Cargo.toml": '[package]\nname = "old"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n',
    "tools/old/src/lib.rs": "pub fn broken() -> Nothing {}\n",
}
ZERO = "    #[test]\n    fn doubles_nothing() {\n        assert_eq!(double(0), 0);\n    }\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("roots"), ROOTS)


IN_GEN = phase_of(modify=("tools/gen/src/lib.rs",))
TRIPLE = GEN.replace(
    "\n#[cfg(test)]", "\n/// Triples.\npub fn triple(n: i32) -> i32 {\n    n * 3\n}\n\n#[cfg(test)]"
).replace(ZERO, f"{ZERO}\n    #[test]\n    fn triples() {{\n        assert_eq!(super::triple(3), 9);\n    }}\n")


@pytest.mark.cargo
async def test_honest_work_in_another_root_is_complete_and_its_tests_are_counted(world: World) -> None:
    judgement = await world.judge({"tools/gen/src/lib.rs": TRIPLE}, IN_GEN)

    assert (PhaseStatus.COMPLETE, []) == said(judgement)
    assert "gen/lib/gen::tests::triples" in judgement.verdict.tests.added
    assert "tests::doubles" in " ".join(judgement.evidence.tests_before)


@pytest.mark.cargo
@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"tools/gen/src/lib.rs": GEN.replace("n * 2", "n * 3")}, "test-regressed"),
        ({"tools/gen/src/lib.rs": GEN.replace(f"\n{ZERO}", "")}, "test-vanished"),
        ({"tools/gen/src/lib.rs": GEN.replace("n * 2", "n * 2 + Zero")}, "build-failed"),
        ({"tools/gen/src/lib.rs": GEN.replace("    n * 2", "  n * 2")}, "unformatted"),
        (
            {"tools/gen/src/lib.rs": GEN.replace("n * 2", "n * 3"), "tools/gen/.cargo-checksum.json": "{}\n"},
            "test-regressed",
        ),
        ({"tools/gen/src/lib.rs": None, "tools/gen/Cargo.toml": None}, "test-vanished"),
        ({"tools/gen/src/lib.rs": GEN.replace("n * 2", "n * 3").replace("(4), 8", "(4), 12")}, "assert-changed"),
    ],
)
async def test_a_lie_in_another_root_is_refused(world: World, files: Files, code: str) -> None:
    judgement = await world.judge(files, phase_of(modify=("tools/gen/src/lib.rs",)))

    assert judgement.verdict.status != PhaseStatus.COMPLETE
    assert code in said(judgement)[1]


@pytest.mark.cargo
async def test_an_assert_that_base_passes_may_be_made_stricter_there(world: World) -> None:
    stricter = GEN.replace("assert_eq!(double(4), 8);", "assert_eq!(double(4), 8);\n        assert_eq!(double(5), 10);")
    judgement = await world.judge({"tools/gen/src/lib.rs": stricter.replace("n * 2", "2 * n")}, IN_GEN)

    assert (PhaseStatus.COMPLETE, []) == said(judgement)


@pytest.mark.cargo
async def test_packages_of_the_same_name_are_told_apart(world: World) -> None:
    """Both have `tests::adds`; the one that is gone is not the one that stays."""
    gone = LIB.replace("    #[test]\n    fn adds() {\n        assert_eq!(add(2, 2), 4);\n    }\n\n", "")
    judgement = await world.judge({"tools/tiny/src/lib.rs": gone}, phase_of(modify=("tools/tiny/src/lib.rs",)))

    lost = [found.message for found in judgement.verdict.errors() if found.code == "test-vanished"]
    assert ["tiny@tools.tiny/lib/tiny::tests::adds"] == [message.split()[0] for message in lost if "/lib/" in message]
    assert "tiny/lib/tiny::tests::adds" in judgement.evidence.tests_after


@pytest.mark.cargo
async def test_a_root_that_never_built_is_told_and_not_charged(world: World) -> None:
    old = "pub fn broken() -> Nothing {\n    todo()\n}\n"
    judgement = await world.judge({"tools/old/src/lib.rs": old}, phase_of(modify=("tools/old/src/lib.rs",)))

    told = [(found.code, found.path) for found in judgement.verdict.findings if found.code == "baseline-broken"]
    assert [("baseline-broken", "tools/old/Cargo.toml")] == told
    assert PhaseStatus.COMPLETE == judgement.verdict.status


@pytest.mark.cargo
async def test_a_new_root_must_build(world: World) -> None:
    files = {
        "extra/Cargo.toml": '[package]\nname = "extra"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n',
        "extra/src/lib.rs": "pub fn broken() -> Nothing {}\n",
    }
    judgement = await world.judge(files, phase_of(create=tuple(files)))

    assert "build-failed" in said(judgement)[1]


@pytest.mark.cargo
async def test_one_new_name_does_not_excuse_two_tests_that_are_gone(tmp_path: Path) -> None:
    def zero(*names: str) -> str:
        return "\n".join(ZERO.replace("doubles_nothing", name) for name in names)

    world = new_world(tmp_path, TINY | {"src/lib.rs": GEN.replace(ZERO, zero("one", "two")), "tests/it.rs": None})
    files = {"src/lib.rs": GEN.replace(ZERO, zero("three"))}
    judgement = await world.judge(files, phase_of(modify=("src/lib.rs",)))

    about = {found.code: found.message.split()[0] for found in judgement.verdict.findings if found.check == "tests"}
    assert {"test-moved": "tiny/lib/tiny::tests::one", "test-vanished": "tiny/lib/tiny::tests::two"} == about


@pytest.mark.cargo
async def test_final_validation_looks_at_every_root(world: World) -> None:
    validation = await world.validate({"tools/gen/src/lib.rs": GEN.replace("n * 2", "n * 3")})

    assert not validation.passed
    assert ["gen/lib/gen::tests::doubles"] == list(validation.tests.newly_failing)


PACKAGE = '[package]\nname = "{}"\nversion = "0.1.0"\n'
NESTED = '[workspace]\n[package]\nname = "x"\n'


@pytest.mark.parametrize(
    ("manifests", "roots"),
    [
        ({"Cargo.toml": "[workspace]\nmembers = ['a']\n", "a/Cargo.toml": PACKAGE}, ()),
        ({"Cargo.toml": "[workspace]\nmembers = ['a']\nexclude = ['b']\n", "b/Cargo.toml": PACKAGE}, ("b",)),
        ({"Cargo.toml": "[workspace]\nexclude = ['b/']\n", "b/c/Cargo.toml": PACKAGE}, ("b/c",)),
        ({"Cargo.toml": "[workspace]\n", "b/Cargo.toml": NESTED, "b/c/Cargo.toml": PACKAGE}, ("b",)),
        ({"Cargo.toml": PACKAGE, "b/Cargo.toml": PACKAGE}, ("b",)),
        ({"a/Cargo.toml": PACKAGE, "b/Cargo.toml": PACKAGE}, ("b",)),
        ({"Cargo.toml": PACKAGE, "b/Cargo.toml": "[package]\nname = 'b'\nworkspace = '..'\n"}, ()),
        ({"Cargo.toml": PACKAGE, "b/Cargo.toml": "not [ toml"}, ()),
        ({}, ()),
    ],
)
def test_what_is_a_root_of_its_own(manifests: dict[str, str], roots: tuple[str, ...]) -> None:
    assert roots == other_roots(manifests)


@pytest.mark.parametrize(
    ("manifests", "changed", "roots"),
    [
        ({"b/Cargo.toml": PACKAGE}, ["b/src/lib.rs"], ("b",)),
        ({"b/Cargo.toml": PACKAGE}, ["src/lib.rs"], ()),
        ({"b/Cargo.toml": f"{PACKAGE}[dependencies]\na = {{ path = '..' }}\n"}, ["src/lib.rs"], ("b",)),
        ({"b/Cargo.toml": f"{PACKAGE}[dependencies]\na = {{ path = 'a' }}\n"}, ["src/lib.rs"], ()),
        ({"tests/fixtures/b/Cargo.toml": f"{PACKAGE}[lib]\npath = '../x.rs'\n"}, ["src/lib.rs"], ()),
    ],
)
def test_only_roots_that_the_change_reaches_are_judged(
    manifests: dict[str, str], changed: list[str], roots: tuple[str, ...]
) -> None:
    base = {"Cargo.toml": PACKAGE} | manifests

    assert roots == roots_to_judge(base, base, changed)


def test_a_vendored_copy_is_one_that_base_has_as_such() -> None:
    base = {"Cargo.toml": PACKAGE, "vendor/b/Cargo.toml": PACKAGE}
    changed = ["vendor/b/src/lib.rs", "vendor/b/.cargo-checksum.json"]

    assert () == roots_to_judge(base, base, changed, {"vendor/b"})
    assert ("vendor/b",) == roots_to_judge(base, base, changed)


def test_a_new_package_among_test_data_need_not_build() -> None:
    head = {"Cargo.toml": PACKAGE, "tests/fixtures/bad/Cargo.toml": PACKAGE}

    assert () == roots_to_judge({"Cargo.toml": PACKAGE}, head, ["tests/fixtures/bad/Cargo.toml"])


@pytest.mark.cargo
async def test_new_tests_of_another_root_are_asked_in_a_plain_program_too(world: World) -> None:
    """So are those of a package that has the name of one at the top."""
    told = 'std::backtrace::Backtrace::force_capture()\n        .to_string()\n        .contains("test::run")'
    lying = f"if {told}\n    {{\n        n * 3\n    }} else {{\n        n\n    }}"
    triple = TRIPLE.partition("#[cfg(test)]")[0].partition("/// Triples.")[2]
    test = "\n    #[test]\n    fn triples() {\n        assert_eq!(super::triple(3), 9);\n    }\n}\n"
    files = {"tools/tiny/src/lib.rs": ROOTS["tools/tiny/src/lib.rs"].rstrip("}\n") + "}\n" + test}
    tiny = files["tools/tiny/src/lib.rs"].replace("\n#[cfg(test)]", f"\n/// Triples.{triple}#[cfg(test)]")
    phase = phase_of(modify=("tools/gen/src/lib.rs", "tools/tiny/src/lib.rs"))
    honest = {"tools/gen/src/lib.rs": TRIPLE, "tools/tiny/src/lib.rs": tiny}
    assert said(await world.judge(honest, phase)) == (PhaseStatus.COMPLETE, [])

    judgement = await world.judge({path: text.replace("n * 3", lying) for path, text in honest.items()}, phase)
    refused = {one.message.split(" ")[0] for one in judgement.verdict.errors() if one.code == "right-only-in-tests"}
    assert {"gen/lib/gen::tests::triples", "tiny@tools.tiny/lib/tiny::tests::triples"} <= refused
