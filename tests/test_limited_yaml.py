"""YAML of strangers: refused at once, never a crash, never a surprise type."""

import time

import pytest

from phasewright.checkpoint.limited_yaml import YamlRefused, load_yaml

BOMBS = {
    "alias bomb": "a: &a [x, x]\n"
    + "".join(f"{c}: &{c} [{', '.join(['*' + p] * 9)}]\n" for p, c in zip("abcd", "bcde", strict=True)),
    "merge bomb": "a0: &a0 {k: 1}\na1: &a1 {<<: [*a0, *a0]}\n",
    "brackets": "[" * 20_000,
    "mappings": "{a: " * 10_000,
    "dashes": "- " * 10_000,
    "many parts": "[" + "a," * 30_000 + "]",
    "too large": "a: " + "x" * 300_000,
    "python tag": "!!python/object/apply:os.system ['true']",
    "set tag": "!!set {a, b}",
    "key twice": "a: 1\na: 2",
    "two documents": "a: 1\n---\nb: 2",
    "list as key": "? [a]\n: b",
    "tab": "a:\n\t- b",
    "nul": "a: \0",
    "no such character": 'a: "\\UFFFFFFFF"',
}


@pytest.mark.parametrize("name", BOMBS)
def test_is_refused(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(YamlRefused):
        load_yaml(BOMBS[name])

    assert time.monotonic() - began < 10


def test_only_plain_types_are_guessed() -> None:
    text = "time: 12:30:45\nno: no\non: on\noctal: 010\nhex: 0x10\ndate: 2026-01-01\nv: 1.10\nint: 42\n"
    text += "null: ~\nq: '42'\nu: 1_000\ni: .inf\ne: 1e3"
    expected = {"time": "12:30:45", "no": "no", "on": "on", "octal": "010", "hex": "0x10", "date": "2026-01-01"}
    expected |= {"v": 1.1, "int": 42}  # type: ignore[dict-item]

    assert expected | {"null": None, "q": "42", "u": "1_000", "i": ".inf", "e": "1e3"} == load_yaml(text)


def test_the_place_is_named() -> None:
    with pytest.raises(YamlRefused) as refused:
        load_yaml("a: 1\nb: *x")

    assert (2, 4) == (refused.value.line, refused.value.column)


def test_nothing_is_none() -> None:
    assert load_yaml("") is None
    assert load_yaml("# only words") is None
