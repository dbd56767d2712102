"""Features that tests alone have: code that asks for them is another one for users."""

from pathlib import Path

import pytest
from support_crates import TINY, phase_of
from support_gate import new_world, said

from phasewright.gate.features import Feature, features_of_tests
from phasewright.gate.rust.gated import gates
from phasewright.result import PhaseStatus

PACKAGE = '[package]\nname = "tiny"\nversion = "0.1.0"\nedition = "2021"\n'
SELF = '[dev-dependencies]\ntiny = { path = ".", features = ["full"] }\n'
FULL = "[features]\nfull = []\n"
APP = '[package]\nname = "app"\n'


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        pytest.param({"Cargo.toml": PACKAGE + FULL + SELF}, {"full"}, id="on itself"),
        pytest.param({"Cargo.toml": PACKAGE + FULL}, set(), id="off everywhere"),
        pytest.param(
            {"Cargo.toml": PACKAGE + FULL + SELF.replace("[dev", "[target.'cfg(unix)'.dev")}, {"full"}, id="here"
        ),
        pytest.param(
            {"Cargo.toml": PACKAGE + '[features]\nfull = ["sorting", "dep:x"]\nsorting = []\n' + SELF},
            {"full", "sorting"},
            id="what it turns on",
        ),
        pytest.param(
            {"Cargo.toml": PACKAGE + '[features]\ndefault = ["full"]\nfull = []\n' + SELF}, set(), id="default"
        ),
        pytest.param({"Cargo.toml": PACKAGE + '[dev-dependencies]\ntiny = { path = "." }\n'}, set(), id="itself"),
        pytest.param(
            {
                "Cargo.toml": f"{PACKAGE}{FULL}{SELF}[workspace]\n",
                "app/Cargo.toml": APP + '[dependencies]\ntiny = { path = "..", features = ["full"] }\n',
            },
            set(),
            id="a user has it",
        ),
        pytest.param(
            {
                "Cargo.toml": f"{PACKAGE}{FULL}[workspace.dependencies]\n"
                'tiny = { path = ".", features = ["full"] }\n',
                "app/Cargo.toml": APP + "[dev-dependencies]\ntiny = { workspace = true }\n",
            },
            {"full"},
            id="by the workspace",
        ),
        pytest.param(
            {
                "Cargo.toml": PACKAGE + FULL,
                "app/Cargo.toml": f'{APP}[features]\nall = ["tiny/full"]\n[dependencies]\ntiny = {{ path = ".." }}\n'
                '[dev-dependencies]\napp = { path = ".", features = ["all"] }\n',
            },
            {"full", "all"},
            id="through another package",
        ),
        pytest.param({"Cargo.toml": "[package"}, set(), id="not TOML"),
    ],
)
def test_features_of_tests(manifests: dict[str, str], expected: set[str]) -> None:
    assert expected == {one.name for one in features_of_tests(manifests)}


def test_a_manifest_that_is_not_trusted_turns_on_nothing_for_users() -> None:
    manifests = {
        "Cargo.toml": PACKAGE + FULL + SELF,
        "app/Cargo.toml": APP + '[dependencies]\ntiny = { path = "..", features = ["full"] }\n',
    }

    assert features_of_tests(manifests, ["Cargo.toml"]) == {Feature("", "full")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('#[cfg(all(unix, feature = "a"))] fn f() {}', [("cfg", "a")]),
        ('fn f() { if cfg!(any(test, feature = "a")) {} }', [("cfg!", "a")]),
        ('fn f() { cfg_if! { if #[cfg(not(feature = "a"))] {} } }', [("cfg", "a")]),
        ('#[cfg_attr(feature = "a", path = "other.rs")] mod m;', [("cfg", "a")]),
        ('#[cfg_attr(feature = "a", derive(Clone))] struct S;', []),
        ('#[cfg(test)] mod tests { #[cfg(feature = "a")] fn f() {} }', []),
        ('#[cfg(all(test, feature = "a"))] mod tests;', []),
        ('#[cfg(any(test, feature = "a"))] pub(crate) mod testing;', []),
        ('fn f() { #[cfg(any(test, feature = "a"))] sort(); }', [("cfg", "a")]),
        ('// cfg!(feature = "a")\nfn f() { g("cfg!(feature = a)"); }', []),
    ],
)
def test_gates_of_code(source: str, expected: list[tuple[str, str]]) -> None:
    assert expected == list(gates(source.encode()))


BODY = """//! Numbers.

/// Cheapest first.
pub fn sorted(prices: &[u32]) -> Vec<u32> {
    let mut all = prices.to_vec();
    if cfg!(feature = "full") {
        all.sort_unstable();
    }
    all
}
"""
LOCKED = TINY["Cargo.lock"] + 'dependencies = [\n "tiny",\n]\n'
IT = "#[test]\nfn sorts() {\n    assert_eq!(tiny::sorted(&[2, 1]), [1, 2]);\n}\n"


@pytest.mark.cargo
async def test_code_that_is_right_where_a_dev_dependency_turns_it_on(tmp_path: Path) -> None:
    world = new_world(tmp_path, TINY | {"src/lib.rs": "//! Numbers.\n", "tests/it.rs": "//! It.\n"})
    work = {"Cargo.toml": PACKAGE + FULL + SELF, "Cargo.lock": LOCKED, "src/lib.rs": BODY, "tests/it.rs": IT}
    phase = phase_of(modify=("Cargo.toml", "src/lib.rs", "tests/it.rs"))
    assert said(await world.judge(work, phase)) == (PhaseStatus.BLOCKED, ["manifest-features"])

    by_default = work | {"Cargo.toml": f'{PACKAGE}{FULL}default = ["full"]\n{SELF}'}
    assert said(await world.judge(by_default, phase)) == (PhaseStatus.COMPLETE, [])
    named = phase.model_copy(update={"text": "Sorting behind the feature `full`, off by default"})
    assert said(await world.judge(work, named)) == (PhaseStatus.COMPLETE, [])
