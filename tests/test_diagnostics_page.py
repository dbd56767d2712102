"""docs/diagnostics.md: a section for every code, and examples that do what it says."""

import re
from pathlib import Path

import pytest
from support_plans import plan_of

from phasewright.diagnostics import CODES

PAGE = (Path(__file__).parent.parent / "docs/diagnostics.md").read_text()
SECTIONS = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## [a-z-]+$|\Z)", PAGE, re.M | re.S))
EXAMPLES = {
    code: [text for _, text in re.findall(r"^(`{4,})markdown\n(.*?)^\1$", section, re.M | re.S)]
    for code, section in SECTIONS.items()
}
WITH_EXAMPLES = [code for code, texts in EXAMPLES.items() if texts]


def test_every_code_has_a_section() -> None:
    assert sorted(CODES) == sorted(SECTIONS)


def test_a_section_begins_with_its_severity() -> None:
    words = {"error": "*Error.*", "warning": "*Warning.*", "info": "*Note.*"}
    for code, section in SECTIONS.items():
        assert section.strip().startswith(words[CODES[code].severity]), code


def test_only_codes_about_size_and_bytes_have_no_example() -> None:
    assert {"not-text", "too-large", "long-line"} == set(SECTIONS) - set(WITH_EXAMPLES)


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_example_before_has_it_and_the_one_after_has_not(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    before, after = ({d.code for d in plan_of(text).diagnostics} for text in EXAMPLES[code])

    assert code in before
    assert code not in after


PLACES = {
    "not-a-plan": (2, 1, 44), "foreign-format": (1, 1, 25), "no-phases": (1, 1, 11), "duplicate-id": (5, 1, 20),
    "unknown-dependency": (10, 25, 26), "cycle": (5, 19, 26), "unsafe-path": (6, 4, 15), "dropped-dependency": (5, 25, 26),  # noqa: E501
    "unreadable-dependency": (5, 19, 33), "missing-dependencies": (8, 1, 20), "missing-owner": (3, 1, 19),
    "agent-not-found": (5, 1, 42), "missing-criteria": (3, 1, 19), "missing-groups": (1, 1, 11), "group-conflict": (16, 1, 13),  # noqa: E501
    "unknown-group-member": (12, 1, 13), "status-not-ready": (3, 13, 36), "overlapping-files": (9, 1, 20),
    "refused-blast-radius": (5, 20, 51), "absolute-path": (6, 4, 15), "phase-like-heading": (5, 1, 21),
    "nested-fence": (5, 1, 12), "unclosed-fence": (5, 1, 8), "front-matter": (3, 1, 16), "tool-not-installed": (5, 1, 30),  # noqa: E501
    "unreadable-value": (5, 14, 18), "missing-blast-radius": (3, 1, 19), "missing-files": (3, 1, 19),
    "odd-path": (6, 4, 16), "path-pattern": (6, 4, 18), "document-order": (3, 1, 19),
    "inferred-dependencies": (3, 1, 19),
    "inferred-files": (3, 1, 19), "design-phase": (3, 1, 42), "taken-as-done": (3, 1, 19), "not-machine-checked": (6, 1, 23),  # noqa: E501
    "foreign-plan": (3, 1, 12),
}  # fmt: skip
"""Where the example before has it first: line, column, the column behind its end."""


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_it_is_exactly_where_it_says(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    first = next(d for d in plan_of(EXAMPLES[code][0]).diagnostics if d.code == code)

    assert PLACES[code] == (first.span.line, first.span.column, first.span.end_column)
    assert CODES[code].severity == first.severity
