"""`check --fix`: only what cannot change the plan's meaning, and every other byte stays."""

import subprocess
import sys
from pathlib import Path

import pytest
from support_plans import found, plan_of

from parsers.fixes import DRAFT, fixed

BOLD = "### Phase 1: A\n\n**Principal Owner:** X\n\n**Dependencies:** None\n\n"

CASES = {
    "colon": (
        f"# T\n\n{DRAFT}\n\n### Phase 1 - Count (all)\n\ntext\n",
        f"# T\n\n{DRAFT}\n\n### Phase 1: Count (all)\n\ntext\n",
    ),
    "colon behind a remark": (f"{BOLD}### Phase 2 (Optional) – B\n\n**Dependencies:** None\n", f"{BOLD}### Phase 2 (Optional): B\n\n**Dependencies:** None\n"),  # noqa: E501
    "dependency behind a bold owner": (
        f"{BOLD}### Phase 2: B\n\n**Principal Owner:** X\n\ntext\n",
        f"{BOLD}### Phase 2: B\n\n**Principal Owner:** X\n\n**Dependencies:** None\n\ntext\n",
    ),
    "dependency in a table": (
        f"{BOLD}### Phase 2: B\n\n| Property | Value |\n|---|---|\n| **Subagent** | `x` |\n",
        f"{BOLD}### Phase 2: B\n\n| Property | Value |\n|---|---|\n| **Subagent** | `x` |\n| **Dependencies** | None |\n",  # noqa: E501
    ),
    "dependency behind pipes": (
        f"{BOLD}### Phase 2: B\n**Agent:** `x` | **Skills:** none\n",
        f"{BOLD}### Phase 2: B\n**Agent:** `x` | **Skills:** none\n**Deps:** None\n",
    ),
    "status": ("# T\n### Phase 1: A\n", f"# T\n\n{DRAFT}\n\n### Phase 1: A\n"),
    "status below an underlined title": ("T\n===\n\n### Phase 1: A\n", f"T\n===\n\n{DRAFT}\n\n### Phase 1: A\n"),
    "nested fence": ("### Phase 1: A\n\n```md\n```sh\nx\n```\n```\n", "### Phase 1: A\n\n````md\n```sh\nx\n```\n````\n"),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_safe_correction_is_made(name: str) -> None:
    before, after = CASES[name]

    assert after == fixed(before.encode()).decode()


@pytest.mark.parametrize("name", CASES)
def test_line_ends_and_byte_order_mark_stay(name: str) -> None:
    before, after = (b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for text in CASES[name])

    assert after == fixed(before)


@pytest.mark.parametrize("text", [
    "### Phase 1: A\n", "# T\n\n**Status:** Draft\n\n### Phase 1: A\n", "### Phase Overview\n", "### Phase 2 (see above)\n",  # noqa: E501
    f"{BOLD}### Phase 1 - again\n", "not a plan\n", "",
])  # fmt: skip
def test_what_is_fine_or_not_understood_stays(text: str) -> None:
    assert text == fixed(text.encode()).decode()


def test_the_correction_removes_the_diagnostic() -> None:
    for name, code in {
        "colon": "phase-like-heading",
        "dependency in a table": "missing-dependencies",
        "nested fence": "nested-fence",
    }.items():
        before, after = CASES[name]
        assert found(plan_of(before), code)
        assert not found(plan_of(after), code)


def test_the_command_writes_the_file_and_shows_the_difference(tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_text(CASES["colon"][0])
    plan.chmod(0o640)
    run = "from phasewright.cli import main; main()"
    command = [sys.executable, "-c", run, "check", "--fix", str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert 0 == done.returncode
    assert CASES["colon"][1] == plan.read_text()
    assert 0o640 == plan.stat().st_mode & 0o777
    assert ["plan.md"] == [file.name for file in tmp_path.iterdir()]
    assert "-### Phase 1 - Count (all)\n+### Phase 1: Count (all)\n" in done.stderr


def test_old_line_ends_are_kept() -> None:
    """Found by fuzzing: a carriage return alone ends a line too."""
    raw = b"# P\r\r### Phase 1 - A\r\r### Phase 2: B\r"

    assert b"# P\r" == fixed(raw)[:4]
    assert b"### Phase 1: A\r" in fixed(raw)
