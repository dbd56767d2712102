"""Examples in documentation, read from source."""

import pytest

from phasewright.gate.rust.examples import lost_examples, read_examples, with_examples

# ruff: noqa: E501

ADD = "/// Adds.\n///\n/// ```\n/// assert_eq!(add(1, 2), 3);\n/// ```\n#[inline]\npub fn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n"


def test_an_example_knows_what_it_documents() -> None:
    assert [("add", 3, "assert_eq!(add(1, 2), 3);")] == [tuple(one) for one in read_examples(ADD)]


@pytest.mark.parametrize("kind", ["ignore", "no_run", "text", "toml", "compile_fail"])
def test_an_example_that_does_not_run_is_none(kind: str) -> None:
    assert [] == read_examples(ADD.replace("/// ```\n/// assert", f"/// ```{kind}\n/// assert"))


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (ADD, 0),
        (ADD.replace("///\n", "/// More words.\n///\n"), 0),
        (ADD.replace("/// assert_eq!(add(1, 2), 3);", "/// let x = add(1, 1);\n/// assert_eq!(add(1, 2),  3);"), 0),
        (ADD.replace("3);", "4);"), 1),
        (ADD.replace("/// assert_eq!(add(1, 2), 3);\n", ""), 1),
        (ADD.replace("/// ```\n/// assert", "/// ```ignore\n/// assert"), 1),
        ("pub fn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n", 1),
    ],
)
def test_an_example_that_says_less_is_lost(after: str, lost: int) -> None:
    assert lost == len(lost_examples(ADD, after))


def test_lost_examples_can_be_put_back() -> None:
    put_back = with_examples("pub fn add() {}\n", read_examples(ADD))

    assert [("__phasewright_example_0", "assert_eq!(add(1, 2), 3);")] == [
        (e.item, e.text) for e in read_examples(put_back)
    ]
