"""Paths in file lists: which spans are paths, what they mean inside the repository, what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.paths import clean_path, is_path_like

GOOD = [
    ("src/lib.rs", "src/lib.rs"), ("./src/lib.rs", "src/lib.rs"), ("src//lib.rs", "src/lib.rs"), ("a/../b.rs", "b.rs"),
    ("src/lib.rs:186-191", "src/lib.rs"), ("lib.rs:12,15", "lib.rs"), ("tests/fixtures/", "tests/fixtures/"),
    (".github/workflows/ci.yml", ".github/workflows/ci.yml"), (".gitignore", ".gitignore"), ("src/été.rs", "src/été.rs"),  # noqa: E501
]  # fmt: skip
BAD = [
    "../x.rs", "a/../../x.rs", "..", "a/../..", ".git/config", "a/.git/hooks/x", ".GIT/config", ".git./config",
    ".gıt/../..", "．git/config", ".g\u200bit/config", "git~1/config", "a\0b.rs", "/../x.rs",
]  # fmt: skip
ODD = ["a\\b.rs", "src/\u202ea.rs", "x" * 300, "-rf/x.rs", ".", "/", ""]


@pytest.mark.parametrize(("written", "path"), GOOD)
def test_a_path_is_cleaned(written: str, path: str) -> None:
    assert (path, None) == clean_path(written, None)[:2]


@pytest.mark.parametrize("written", BAD)
def test_a_path_out_of_the_repository_is_an_error(written: str) -> None:
    assert (None, True) == clean_path(written, None)[::2]


@pytest.mark.parametrize("written", ODD)
def test_a_path_that_no_file_can_have_is_dropped(written: str) -> None:
    assert (None, False) == clean_path(written, None)[::2]


def test_a_leading_slash_is_the_repository_s_root() -> None:
    assert "ts/index.ts" == clean_path("/ts/index.ts", None).path


def test_an_author_s_own_path_is_read_by_its_longest_tail_that_exists(tmp_path: Path) -> None:
    (tmp_path / "lib/src").mkdir(parents=True)
    (tmp_path / "lib/src/a.rs").touch()
    (tmp_path / "a.rs").touch()

    assert "lib/src/a.rs" == clean_path("/Users/me/code/project/lib/src/a.rs", tmp_path).path
    assert "lib/src/a.rs" == clean_path("C:/code/lib/src/a.rs", tmp_path).path
    assert "new/b.rs" == clean_path(f"{tmp_path}/new/b.rs", tmp_path).path


@given(st.text(alphabet=st.sampled_from("./\\ab:~-g it\0\u202e．*") | st.characters(), max_size=40))
def test_no_cleaned_path_leaves_the_repository(written: str) -> None:
    path = clean_path(written, None).path
    if path is not None:
        parts = path.rstrip("/").split("/")
        assert not path.startswith("/")
        assert not {"..", ".", "", ".git"} & {part.casefold() for part in parts}


@pytest.mark.parametrize("span", ["src/lib.rs", "Cargo.toml", "a/b/", "Makefile", "api/src/error/*.rs", "lib.rs:10-20"])
def test_a_span_with_a_slash_or_a_known_ending_is_a_path(span: str) -> None:
    assert is_path_like(span)


@pytest.mark.parametrize("span", [
    "extract_prompt_name()", "a::b", "-v", "cargo test a/b", "https://x.io/a.rs", "Vec<T>", "/v1/models", "None", "@types/node", "i32",  # noqa: E501
])  # fmt: skip
def test_code_is_no_path(span: str) -> None:
    assert not is_path_like(span)
