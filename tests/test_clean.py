"""Text from elsewhere: nothing of it may drive a terminal or hide, and no input is slow."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewright.clean import clean, head_and_tail


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r0m\x1b\\after", "after"),
        ("\x9b31mred", "red"),
        ("10%\r50%\r100%\nnext", "100%\nnext"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("a\x00b\x07c\x08d", "abcd"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("Grüße 你好 👩\u200d💻", "Grüße 你好 👩\u200d💻"),
        ("\x1b[", ""),
        ("\x1b", ""),
    ],
)
def test_nothing_that_drives_a_terminal_stays(raw: str, seen: str) -> None:
    assert seen == clean(raw)


@given(st.text())
def test_only_text_line_ends_and_tabs_stay(text: str) -> None:
    allowed = {"\n", "\t", "\u200d", "\ufeff"}

    assert all(c in allowed or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in clean(text))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["\r", "\x1b", "\x1b[", "\x1b]", "\x1bP", "a\r", "\x1b[31m", "\x9b", "\u202e", "\x1b]0;x"]
)
def test_a_megabyte_of_the_worst_comes_to_an_end(unit: str) -> None:
    """The limit is pytest's: what is quadratic here would take hours."""
    assert len(clean(unit * (1_000_000 // len(unit)))) <= 1_000_000


def test_the_middle_is_cut() -> None:
    text = "a" * 600 + "b" * 600

    assert "a" * 50 + "\n[... 1100 characters left out; all of it: x ...]\n" + "b" * 50 == head_and_tail(text, 100, "x")
    assert text == head_and_tail(text, 1200)
