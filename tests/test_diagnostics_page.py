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
