"""Files that only tests compile are known by the `mod` line that gives them to tests."""

import pytest

from phasewright.gate.change import Change
from phasewright.gate.declaring import all_declaring, declaring
from phasewright.gate.modules_of_tests import is_for_tests
from phasewright.gate.objects import Entry


@pytest.mark.parametrize(
    ("path", "files", "expected"),
    [
        ("src/kit.rs", {"src/lib.rs": "#[cfg(test)]\nmod kit;"}, True),
        ("src/kit/mod.rs", {"src/main.rs": "#[cfg(all(test, unix))]\nmod kit;"}, True),
        ("src/kit/rows.rs", {"src/kit.rs": "mod rows;", "src/lib.rs": "#[cfg(test)]\nmod kit;"}, True),
        ("src/kit.rs", {"src/lib.rs": "mod kit;"}, False),
        ("src/kit.rs", {"src/lib.rs": "#[cfg(not(test))]\nmod kit;"}, False),
        ("src/kit.rs", {}, False),
        ("src/lib.rs", {"src/lib.rs": "#[cfg(test)]\nmod lib;"}, False),
        ("tests/kit.rs", {}, True),
    ],
)
def test_a_file_is_for_tests(path: str, files: dict[str, str], *, expected: bool) -> None:
    head = {one: Entry("100644", one) for one in files}
    contents = {one: text.encode() for one, text in files.items()}
    change = Change(base={}, head=head, changed=frozenset({path}), contents=contents)

    assert is_for_tests(change, path) == expected


def test_the_way_to_the_root_is_known() -> None:
    assert "src/lib.rs" in all_declaring(["src/a/b/c.rs"])
    assert declaring("src/main.rs") == ()
    assert all_declaring(["mod.rs"]) == {"lib.rs", "main.rs"}
