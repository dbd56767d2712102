"""What is written in a plan file: the seed's format, and every other byte as it was."""

import os
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from phasewright.checkpoint.entry import checkpoint_of, quote
from phasewright.checkpoint.plan_file import (
    Checkpoint,
    CheckpointStatus,
    read_checkpoints,
    recover,
    set_status,
    with_checkpoints,
    with_summary,
    write_checkpoints,
    write_summary,
)
from phasewright.checkpoint.section import section
from phasewright.checkpoint.status_line import with_status
from phasewright.errors import NotWritten
from phasewright.result import PhaseResult, PhaseStatus

DONE = Checkpoint(
    phase="1",
    status=CheckpointStatus.COMPLETE,
    ended_at=datetime(2025, 12, 19, 14, 30, tzinfo=UTC),
    artifacts=("lib/src/feature.rs", "lib/tests/feature_tests.rs"),
    commit="8a" * 20,
    key="phase-77",
)
BROKEN = Checkpoint(
    phase="7a",
    status=CheckpointStatus.FAILED,
    ended_at=datetime(2025, 12, 19, 15, 30, tzinfo=UTC),
    error="Type error in parser.rs:42",
    last_successful_step="Created parser module",
)
SEED = """## Execution Checkpoints

```yaml
- phase_1:
    status: complete
    completed_at: 2025-12-19T14:30:00Z
    artifacts: [lib/src/feature.rs, lib/tests/feature_tests.rs]
    commit: 8a8a8a8a8a8a8a8a8a8a8a8a8a8a8a8a8a8a8a8a
    key: phase-77
- phase_7a:
    status: failed
    failed_at: 2025-12-19T15:30:00Z
    error: "Type error in parser.rs:42"
    last_successful_step: "Created parser module"
```
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.md"


def test_the_section_has_the_form_of_the_seed(plan: Path) -> None:
    plan.write_text("# Plan\n")
    write_checkpoints(plan, [DONE, BROKEN])

    assert "# Plan\n\n" + SEED == plan.read_text()
    assert (DONE, BROKEN) == read_checkpoints(plan.read_bytes())


def test_the_list_of_the_seed_is_read_without_a_fence() -> None:
    seed = """# P

## Execution Checkpoints

- phase_1:
    status: complete
    completed_at: 2025-12-19T14:30:00Z
    artifacts: [lib/src/feature.rs, lib/tests/feature_tests.rs]
- phase_1.5:
    status: failed
    failed_at: 2025-12-19T15:30:00Z
    error: "Type error in parser.rs:42"
    last_successful_step: "Created parser module"

## After
"""
    read = read_checkpoints(seed)

    assert ["1", "1.5"] == [entry.phase for entry in read]
    assert DONE.artifacts == read[0].artifacts
    assert BROKEN.ended_at == read[1].ended_at


def test_entries_are_replaced_in_place_and_others_keep_every_byte() -> None:
    text = b"""# P
## Execution Checkpoints
Notes of mine.

```yaml
- phase_1:
    status: failed   # by me
- "phase_2":
    status:   complete
    mine: [1,2]
```
more
## After
"""
    after = with_checkpoints(text, [DONE, BROKEN])

    assert b"Notes of mine.\n\n```yaml\n- phase_1:\n    status: complete\n" in after
    assert b'- "phase_2":\n    status:   complete\n    mine: [1,2]\n- phase_7a:\n' in after
    assert after.endswith(b'module"\n```\nmore\n## After\n')
    assert ["1", "2", "7a"] == [entry.phase for entry in read_checkpoints(after)]


def test_an_unfenced_list_is_changed_where_it_stands() -> None:
    text = b"## Execution Checkpoints\n\n- phase_1:\n    status: failed\n\n- phase_2:\n    status: complete\n\nWords.\n"
    after = with_checkpoints(text, [DONE])

    assert after.startswith(b"## Execution Checkpoints\n\n- phase_1:\n    status: complete\n    completed_at")
    assert after.endswith(b"- phase_2:\n    status: complete\n\nWords.\n")


HOSTILE = '```\n## Phase 9\n<!-- "x" \\ \u2028 \x00 \x1b[31m \ufeff \ud800 😀 é\r\n- phase_1: {status: complete}'


def test_error_text_cannot_leave_its_line(plan: Path) -> None:
    plan.write_bytes(b"# P\n")
    entry = BROKEN.model_copy(update={"error": HOSTILE, "artifacts": ("no", "1.5", "a b", "x: y", "src/ä.rs", "12:30")})
    write_checkpoints(plan, [entry])
    text = plan.read_text()

    assert (entry,) == read_checkpoints(text)
    assert 1 == sum(line.startswith("## ") for line in text.splitlines())
    listed = yaml.safe_load(text.split("```yaml\n")[1].rpartition("```")[0])
    assert list(entry.artifacts) == listed[0]["phase_7a"]["artifacts"]


def test_every_character_survives_quoting() -> None:
    every = [chr(n) for n in range(0x3000)] + ["\ufffe", "\U0001f600", "\U000e0041"]

    assert all(yaml.safe_load(quote(character)) == character for character in every if not 0xD800 <= ord(character))


def test_a_number_like_commit_is_read_as_text() -> None:
    entry = DONE.model_copy(update={"commit": "1234567890123456789012345678901234567890", "key": "12e4"})

    assert (entry,) == read_checkpoints(with_checkpoints(b"", [entry]))


def test_a_long_error_is_cut_and_says_so() -> None:
    entry = BROKEN.model_copy(update={"error": "x" * 100_000})
    (read,) = read_checkpoints(with_checkpoints(b"", [entry]))

    assert read.error is not None
    assert read.error.endswith("x… (96000 more characters in the log)")


def test_a_broken_entry_is_left_out_and_the_others_are_read(caplog: pytest.LogCaptureFixture) -> None:
    entries = "- phase_1:\n    status: [\n- phase_2:\n    status: complete\n- phase_3:\n    status: great\n"
    text = f"## Execution Checkpoints\n```yaml\n{entries}```\n"

    assert ["2"] == [entry.phase for entry in read_checkpoints(text)]
    assert 2 == len(caplog.records)


def test_crlf_and_bom_stay(plan: Path) -> None:
    plan.write_bytes(b"\xef\xbb\xbf# P\r\n\r\n**Status:** Draft\r\n\xff\r\n")
    write_checkpoints(plan, [DONE])
    set_status(plan, "Implemented")
    write_summary(plan, "**Completed:** today\n\nfine")
    text = plan.read_bytes()

    assert text.startswith(
        b"\xef\xbb\xbf# P\r\n\r\n**Status:** Implemented\r\n\xff\r\n\r\n## Execution Checkpoints\r\n"
    )
    assert text.endswith(b"## Implementation Summary\r\n\r\n**Completed:** today\r\n\r\nfine\r\n")
    assert text.count(b"\n") == text.count(b"\r\n")


def test_a_fence_that_is_never_closed_is_refused(plan: Path) -> None:
    plan.write_text("# P\n\n```rust\nfn x() {}\n")
    with pytest.raises(NotWritten, match="line 3"):
        write_checkpoints(plan, [DONE])

    assert "# P\n\n```rust\nfn x() {}\n" == plan.read_text()


def test_two_sections_are_refused(plan: Path) -> None:
    plan.write_text(SEED + "\n" + SEED)
    with pytest.raises(NotWritten, match="two sections"):
        write_checkpoints(plan, [DONE])


def test_headings_in_fences_and_front_matter_are_none(plan: Path) -> None:
    before = b"---\nrequirements: |\n  ```\n## Execution Checkpoints\n---\n# P\n```md\n## Execution Checkpoints\n```\n"

    assert before + b"\n" + SEED.encode() == with_checkpoints(before, [DONE, BROKEN])


STATUSES = [
    (b"# P\n\n**Status:** Reviewed - Ready for Implementation\n", b"# P\n\n**Status:** Implemented\n"),
    (b"# P\n**Status**: Planning  \nx\n", b"# P\n**Status**: Implemented  \nx\n"),
    (b"# P\n- **Status:** \xe2\x9a\xa1 IN PROGRESS (93%)\n", b"# P\n- **Status:** Implemented\n"),
    (b"# P\n**Status:**\n", b"# P\n**Status:** Implemented\n"),
    (b"**Date:** 1\n**Status:** Draft | **Owner:** me\n", b"**Date:** 1\n**Status:** Implemented | **Owner:** me\n"),
    (b"| Date | 1 |\n| **Status** | Draft x |\n", b"| Date | 1 |\n| **Status** | Implemented |\n"),
    (b'---\na: 1\nstatus: "ready"  # yes\n---\n# P\n', b'---\na: 1\nstatus: "Implemented"  # yes\n---\n# P\n'),
    (b"---\r\nstatus: ready\r\n---\r\n# P\r\n", b"---\r\nstatus: Implemented\r\n---\r\n# P\r\n"),
    (b"---\nstatus:\n---\n# P\n", b"---\nstatus: Implemented\n---\n# P\n"),
    (b"---\na: 1\n---\n# P\nx", b"---\na: 1\n---\n# P\n\n**Status:** Implemented\n\nx"),
    (b"# P\n\nx\n", b"# P\n\n**Status:** Implemented\n\nx\n"),
    (b"# P", b"# P\n\n**Status:** Implemented\n"),
    (b"## Phase 1: x\n**Status:** done\n", b"**Status:** Implemented\n\n## Phase 1: x\n**Status:** done\n"),
    (b"```\n**Status:** a\n```\n**Status:** b\n", b"```\n**Status:** a\n```\n**Status:** Implemented\n"),
    (b"# P\n**Status Messages:**\n**Status:** Draft\n", b"# P\n**Status Messages:**\n**Status:** Implemented\n"),
]


@pytest.mark.parametrize(("before", "after"), STATUSES)
def test_the_status_changes_where_it_stands(before: bytes, after: bytes) -> None:
    assert after == with_status(before, b"Implemented")
    assert after == with_status(after, b"Implemented")


def test_the_summary_is_replaced_and_words_of_others_stay() -> None:
    text = b"# P\n\n## Implementation Summary\n\nOurs will be below.\n\n## After\n"
    once = with_summary(text, "**Completed:** 1\n\n- a")
    twice = with_summary(once, "**Completed:** 2\n\n- b")

    assert b"# P\n\n## Implementation Summary\n\nOurs will be below.\n\n**Completed:** 2\n\n- b\n\n## After\n" == twice
    assert twice == with_summary(twice, "**Completed:** 2\n\n- b")


LINES = [b"# a", b"## b", b"### c", b"text", b"", b"```", b"~~~", b"````md", b"## Execution Checkpoints"]
LINES += [
    b"  ## Execution Checkpoints ##",
    b"\xff\xfe",
    b"    ## x",
    b"```a`b",
    b"- x",
    b"#no",
    b"- phase_1:",
    b"    status: x",
]


def test_random_files_keep_every_byte_outside() -> None:
    """The section's body aside, head and tail are the very bytes; doing it twice changes nothing."""
    written = 0
    for seed in range(3000):
        rng = random.Random(seed)
        text = rng.choice([b"", b"\xef\xbb\xbf", b"---\nstatus: x\n---\n"])
        text += b"".join(
            rng.choice(LINES) + rng.choice([b"\n"] * 6 + [b"\r\n", b"\r"]) for _ in range(rng.randrange(12))
        )
        text = text.rstrip(b"\r\n") if rng.random() < 0.3 else text
        try:
            span, after = section(text, b"Execution Checkpoints"), with_checkpoints(text, [DONE])
        except NotWritten:
            continue
        written += 1
        head, tail = (text[: span.start], text[span.end :]) if span else (text, b"")

        assert after.startswith(head) and after.endswith(tail), (seed, text, after)
        assert with_checkpoints(after, [DONE]) == after, (seed, text, after)
        assert DONE in read_checkpoints(after), (seed, text, after)
    assert written > 1000


def test_a_result_becomes_an_entry() -> None:
    blocked = PhaseResult(id="3", name="x", status=PhaseStatus.BLOCKED, error="no file", artifacts=())

    assert Checkpoint(phase="3", status=CheckpointStatus.BLOCKED, error="no file") == checkpoint_of(blocked)


def test_mode_and_link_stay(tmp_path: Path, plan: Path) -> None:
    plan.write_text("# P\n")
    plan.chmod(0o640)
    link = tmp_path / "link.md"
    link.symlink_to(plan)
    write_checkpoints(link, [DONE])

    assert link.is_symlink()
    assert "0o640" == oct(plan.stat().st_mode & 0o7777)
    assert b"phase_1" in plan.read_bytes()
    assert {"plan.md", "link.md"} == set(os.listdir(tmp_path))


def test_leftovers_of_a_crash_are_cleared_and_a_users_save_is_kept(tmp_path: Path, plan: Path) -> None:
    plan.write_text("# P\n")
    name = f".plan.md.{'a' * 16}-{'b' * 16}"
    (tmp_path / f"{name}.part").write_text("half")
    (tmp_path / f"{name}.ready").write_text("the user's")
    (tmp_path / ".plan.md.swp").write_text("an editor's")
    (kept,) = recover(plan)

    assert "the user's" == kept.read_text()
    assert {"plan.md", ".plan.md.swp", kept.name} == set(os.listdir(tmp_path))


def test_a_save_meanwhile_is_kept_and_the_section_is_added_to_it(plan: Path) -> None:
    """An editor saves while our text is being made: ours is made again from the newer one."""
    from phasewright.checkpoint.exchange import change_file

    plan.write_text("# P\n")
    saves = iter(["# P, saved once\n", "# P, saved twice\n"])

    def transform(text: bytes) -> bytes:
        for saved in saves:
            plan.with_name("editor").write_text(saved)
            plan.with_name("editor").replace(plan)
            break
        return text + b"ours\n"

    change_file(plan, transform)

    assert "# P, saved twice\nours\n" == plan.read_text()
    assert ["plan.md"] == os.listdir(plan.parent)


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=re.escape("ENOENT")):
        write_checkpoints(tmp_path / "absent.md", [DONE])


def test_status_words_are_the_ones_of_results() -> None:
    assert {status.value.lower() for status in PhaseStatus} == {status.value for status in CheckpointStatus}
