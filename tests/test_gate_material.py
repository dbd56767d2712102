"""What base's tests consist of beside the files of tests."""

import pytest

from phasewright.gate.material import asked_constants, named_by_tests
from phasewright.gate.modules_of_tests import is_gated


@pytest.mark.parametrize(
    ("line", "gated"),
    [
        ("#[cfg(test)]\nmod kit;\n", True),
        ('#[cfg(any(test, feature = "kit"))]\npub mod kit;\n', True),
        ("#[cfg(all(test, unix))]\nmod kit;\n", True),
        ("mod kit;\n", False),
        ('#[cfg(feature = "kit")]\nmod kit;\n', False),
        ("#[cfg(not(test))]\nmod kit;\n", False),
    ],
)
def test_a_module_is_for_tests_where_its_line_says_so(line: str, gated: bool) -> None:
    assert is_gated({"src/lib.rs": line.encode()}, "src/kit.rs") is gated
    assert is_gated({"src/lib.rs": line.encode()}, "src/kit/mod.rs") is gated


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("../data/fees.csv", True),
        ("fees.csv", True),
        ("data", True),
        ("/data", True),
        ("fees", False),
        ("other/fees.csv", False),
        ("read data and fees.csv", False),
        ("", False),
    ],
)
def test_data_is_what_a_test_names_as_file_or_folder(text: str, named: bool) -> None:
    source = f'#[test]\nfn reads() {{ read("{text}"); }}\n'.encode()
    assert named_by_tests({"tests/it.rs": source}, ["data/fees.csv"]) == ({"data/fees.csv"} if named else frozenset())


def test_what_code_names_is_no_data_of_tests() -> None:
    source = b'fn load() { read("data/fees.csv"); }\n#[cfg(test)]\nmod tests {}\n'
    assert named_by_tests({"src/lib.rs": source}, ["data/fees.csv"]) == frozenset()


def test_constants_count_where_their_value_changed_and_a_test_names_them() -> None:
    before = b"pub const NEAR: f64 = 1e-9;\npub const FAR: f64 = 9.0;\npub const SAME: u8 = 1;\n"
    after = b"pub const NEAR: f64 = 1.0;\npub const FAR: f64 = 8.0;\npub const SAME: u8 = 1;\n"
    test = b"#[test]\nfn a() { assert!(x() < NEAR); assert_eq!(SAME, 1); }\n"

    found = asked_constants({"tests/it.rs": test}, {"src/lib.rs": (before, after)})

    assert found == {"src/lib.rs": frozenset({"NEAR"})}
