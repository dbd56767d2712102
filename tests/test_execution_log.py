"""The execution log: one section a run, every entry whole in its own."""

import multiprocessing
import os
from datetime import date
from pathlib import Path

import pytest

from phasewright.errors import NotWritten
from phasewright.record.execution_log import (
    append_entry,
    append_text,
    contained,
    design_log,
    details_log,
    execution_log,
)

DAY = date(2025, 12, 19)


def test_names_are_the_ones_of_the_seed() -> None:
    logs = Path(".ai/logs")

    assert logs / "2025-12-19.plan-execution-log.md" == execution_log(logs, DAY)
    assert logs / "2025-12-19.ta-cli-phase-7a-details.md" == details_log(logs, DAY, "ta-cli", "7a")
    assert logs / "2025-12-19.ta-cli-phase-1.5-log.md" == design_log(logs, DAY, "ta-cli", "1.5")
    assert logs / "2025-12-19.x-phase-a-b-details.md" == details_log(logs, DAY, "../x", "a/b")


def test_entries_go_to_their_own_runs_section(tmp_path: Path) -> None:
    log = execution_log(tmp_path / ".ai" / "logs", DAY)
    append_entry(log, "a · run1", "## Execution Order Analysis\n\nfirst")
    append_entry(log, "b · run2", "other")
    append_entry(log, "a · run1", "### 14:30 - Phase 1 Complete\n- Status: Success")
    expected = (
        "## a · run1\n\n### Execution Order Analysis\n\nfirst\n\n### 14:30 - Phase 1 Complete\n- Status: Success\n"
    )

    assert expected + "\n## b · run2\n\nother\n" == log.read_text()
    assert [log.name] == os.listdir(log.parent)


def test_no_entry_can_end_its_section(tmp_path: Path) -> None:
    log = tmp_path / "log.md"
    hostile = "## b · run2\ntext\n---\nmore\n===\n~~~\n## in a fence\n# x"
    append_entry(log, "a · run1", hostile)
    append_entry(log, "b · run2", "theirs")
    append_entry(log, "a · run1", "last of a")
    ours, _, theirs = log.read_text().partition("\n## b · run2\n")

    assert "\ntheirs\n" == theirs
    assert ours.endswith("# x\n~~~\n\nlast of a\n")
    assert "### b · run2\ntext\n\\---\nmore\n\\===\n~~~\n ## in a fence\n# x\n~~~" == contained(hostile)


def _write(log: Path, run: str) -> None:
    for n in range(25):
        append_entry(log, run, f"### entry {run}.{n}\nbegins {run}.{n}\nends {run}.{n}")


def test_two_runs_at_once_lose_nothing_and_mix_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log.md"
    writers = [
        multiprocessing.get_context("spawn").Process(target=_write, args=(log, run)) for run in ("r1", "r2", "r3")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    sections = {part.split("\n", 1)[0]: part for part in log.read_text().split("## r")[0:] if part}
    text = log.read_text()

    assert [0, 0, 0] == [writer.exitcode for writer in writers]
    assert 3 == text.count("\n## r") + text.startswith("## r"), sections.keys()
    for run in ("r1", "r2", "r3"):
        own = "\n" + text.split(f"## {run}\n\n", 1)[1].split("\n## r", 1)[0].rstrip("\n")
        assert (
            "".join(f"\n### entry {run}.{n}\nbegins {run}.{n}\nends {run}.{n}\n" for n in range(25)).rstrip("\n") == own
        )


def test_details_are_added_at_the_end(tmp_path: Path) -> None:
    append_text(tmp_path / "d.md", "# one\n\n")
    append_text(tmp_path / "d.md", "## two")

    assert "# one\n\n## two\n" == (tmp_path / "d.md").read_text()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / ".ai").write_text("a file")
    with pytest.raises(NotWritten, match="logs"):
        append_entry(tmp_path / ".ai" / "logs" / "x.md", "a", "b")
