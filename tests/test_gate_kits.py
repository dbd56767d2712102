"""Packages whose functions are what tests assert."""

import pytest
from support_crates import phase_of

from phasewright.gate.change import Change
from phasewright.gate.files_of_tests import test_kits as kits_of
from phasewright.gate.objects import Entry
from phasewright.plan import Phase

KIT = '[package]\nname = "kit"\n'
SAME = "pub fn same(a: u8, b: u8) {\n    assert_eq!(a, b);\n}\npub fn other() -> u8 {\n    1\n}\n"
MACRO = "#[macro_export]\nmacro_rules! same {\n    ($a:expr) => {\n        assert!($a)\n    };\n}\n"


def changed(base: dict[str, str], head: dict[str, str]) -> Change:
    """Return the change of *base* by *head*."""
    both = {**base, **head}
    contents = {text: text.encode() for text in (*base.values(), *head.values())}
    return Change(
        base={path: Entry("100644", text) for path, text in base.items()},
        head={path: Entry("100644", text) for path, text in both.items()},
        changed=frozenset(path for path in head if head[path] != base.get(path)),
        contents=contents,
    )


def manifests(**users: str) -> dict[str, str]:
    """Return a workspace with a kit, and packages of these dependencies."""
    top = {"Cargo.toml": '[workspace]\n[workspace.dependencies]\nkit = { path = "kit" }\n', "kit/Cargo.toml": KIT}
    return top | {f"{name}/Cargo.toml": f'[package]\nname = "{name}"\n{text}\n' for name, text in users.items()}


DEV = '[dev-dependencies]\nkit = { path = "../kit" }'
PLAIN = '[dependencies]\nkit = { path = "../kit" }'
INHERITED = "[dev-dependencies]\nkit = { workspace = true }"


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ({"fees": DEV}, ["kit/"]),
        ({"fees": INHERITED}, ["kit/"]),
        ({"fees": "[dev-dependencies]\nkit.workspace = true"}, ["kit/"]),
        ({"fees": DEV.replace("[dev", "[target.'cfg(unix)'.dev")}, ["kit/"]),
        ({"fees": PLAIN}, []),
        ({"fees": DEV, "bench": PLAIN}, []),
        ({"fees": DEV, "bench": PLAIN.replace("[dep", "[target.'cfg(unix)'.dep")}, []),
        ({"fees": INHERITED, "bench": "[build-dependencies]\nkit.workspace = true"}, []),
        ({"fees": '[dev-dependencies]\nfees = { path = "." }'}, []),
        ({"fees": '[dev-dependencies]\nkit = "1"'}, []),
    ],
)
def test_a_kit_is_what_tests_alone_depend_on(users: dict[str, str], expected: list[str]) -> None:
    assert expected == kits_of(changed(manifests(**users), {}))


@pytest.mark.parametrize(
    ("phase", "before", "after", "expected"),
    [
        (phase_of(modify=("fees/src/lib.rs",)), SAME, SAME.replace("a, b)", "a, a)"), ["kit/"]),
        (phase_of(modify=("fees/src/lib.rs",)), SAME, SAME.partition("pub fn other")[2], ["kit/"]),
        (phase_of(modify=("fees/src/lib.rs",)), MACRO, MACRO.replace("assert!($a)", "{}"), ["kit/"]),
        (phase_of(modify=("fees/src/lib.rs",)), SAME, SAME.replace("    1\n", "    2\n"), []),
        (phase_of(modify=("kit/src/lib.rs",)), SAME, SAME.replace("a, b)", "a, a)"), []),
        (phase_of(modify=("kit/",)), SAME, SAME.replace("a, b)", "a, a)"), []),
    ],
)
def test_what_other_code_uses_too_is_a_kit_where_it_asserts_otherwise_and_the_plan_is_silent(
    phase: Phase, before: str, after: str, expected: list[str]
) -> None:
    base = manifests(fees=DEV, bench=PLAIN) | {"kit/src/lib.rs": before}
    change = changed(base, {"kit/src/lib.rs": after})
    assert expected == kits_of(change, phase)
    assert [] == kits_of(change)
