"""What a manifest may and may not change, as parsed TOML."""

import tomllib

import pytest

from phasewright.gate.checks.manifest_change import compare_manifests

PACKAGE = '[package]\nname = "a"\nversion = "0.1.0"\n'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(PACKAGE, PACKAGE + '[dependencies]\nserde = "1"\n', [], id="a dependency"),
        pytest.param(PACKAGE, PACKAGE + "[profile.release]\nlto = true\n", [], id="release profile"),
        pytest.param(
            PACKAGE,
            PACKAGE + '[lints.clippy]\npedantic = "warn"\nmodule_name_repetitions = "allow"\n',
            [],
            id="stricter",
        ),
        pytest.param(
            PACKAGE, PACKAGE + '[[bench]]\nname = "b"\nharness = false\n', [], id="a benchmark of its own kind"
        ),
        pytest.param(
            PACKAGE + '[features]\ndefault = ["a"]\na = []\n',
            PACKAGE + '[features]\ndefault = ["a"]\na = []\nb = []\n',
            [],
            id="a feature",
        ),
        pytest.param(PACKAGE, PACKAGE + "[lib]\ntest = false\n", ["manifest-target"], id="lib test"),
        pytest.param(PACKAGE, PACKAGE + "[lib]\ndoctest = false\n", ["manifest-target"], id="lib doctest"),
        pytest.param(PACKAGE, PACKAGE + "autotests = false\n", ["manifest-target"], id="autotests"),
        pytest.param(PACKAGE, PACKAGE + 'build = "b.rs"\n', ["manifest-target"], id="build script"),
        pytest.param(PACKAGE, PACKAGE + '[[test]]\nname = "it"\nharness = false\n', ["manifest-target"], id="harness"),
        pytest.param(
            PACKAGE, PACKAGE + '[[test]]\nname = "it"\nrequired-features = ["x"]\n', ["manifest-target"], id="features"
        ),
        pytest.param(PACKAGE, PACKAGE + '[lints.clippy]\nall = "allow"\n', ["manifest-lints"], id="lints"),
        pytest.param(PACKAGE + '[lints.rust]\nunused = "deny"\n', PACKAGE, ["manifest-lints"], id="lint gone"),
        pytest.param(PACKAGE, PACKAGE + "[profile.dev]\noverflow-checks = false\n", ["manifest-profile"], id="profile"),
        pytest.param(
            PACKAGE, PACKAGE + "[profile.test.package.a]\ndebug-assertions = false\n", ["manifest-profile"], id="deep"
        ),
        pytest.param(PACKAGE, PACKAGE + '[patch.crates-io]\nserde = { path = "x" }\n', ["manifest-patch"], id="patch"),
        pytest.param(
            PACKAGE + '[features]\ndefault = ["a"]\n',
            PACKAGE + "[features]\ndefault = []\n",
            ["manifest-features"],
            id="default",
        ),
    ],
)
def test_additions_are_free_and_switching_off_is_not(before: str, after: str, expected: list[str]) -> None:
    assert expected == [code for code, _ in compare_manifests(tomllib.loads(before), tomllib.loads(after))]


@pytest.mark.parametrize(
    ("target", "files", "expected"),
    [
        ('name = "it"\nrequired-features = ["x"]\n', {"tests/it.rs"}, ["manifest-target"]),
        ('name = "it"\ntest = false\n', {"tests/it/main.rs"}, ["manifest-target"]),
        ('name = "it"\nharness = false\npath = "./checks/it.rs"\n', {"checks/it.rs"}, ["manifest-target"]),
        ('name = "it"\nrequired-features = ["x"]\n', {"tests/other.rs"}, []),
    ],
)
def test_a_target_whose_file_is_new_may_be_off(target: str, files: set[str], expected: list[str]) -> None:
    after = tomllib.loads(f"{PACKAGE}[[test]]\n{target}")
    assert [code for code, _ in compare_manifests(tomllib.loads(PACKAGE), after, known=files)] == expected


@pytest.mark.parametrize(
    ("line", "dropped"),
    [
        ("- `Cargo.toml` - Remove `a` from `default`", True),
        ("- `a` is off by default", True),
        ("- `a` stays in `default`", False),
        ("- `a` is not removed from the default features", False),
        ("- The default features lose something; `b` is no longer among them", False),
    ],
)
def test_a_default_is_dropped_where_the_plan_takes_it_out(line: str, dropped: bool) -> None:
    before, after = (tomllib.loads(f"[features]\ndefault = [{one}]\n") for one in ('"a"', ""))
    assert ([] if dropped else ["manifest-features"]) == [code for code, _ in compare_manifests(before, after, line)]
