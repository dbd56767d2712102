"""`status` shows money and tokens while a phase is worked on."""

from pathlib import Path

from phasewright.record.events import Story
from phasewright.record.progress import progress_of


def test_money_and_tokens_are_seen_before_a_phase_has_ended(tmp_path: Path) -> None:
    story = Story(tmp_path / "events.jsonl")
    story.tell("phase-started", "1")
    story.tell("attempt-started", "1", attempt=1)
    story.tell("spent", "1", usd=0.25, tokens=900)
    story.tell("spent", "2", usd=0.5, tokens=100)

    progress = progress_of(tmp_path / "events.jsonl")
    assert (0.75, 1000) == (progress.usd, progress.tokens)
    assert ("attempt 1: agents at work", None) == (progress.phases[0].step, progress.phases[0].status)


def test_what_was_spent_before_a_run_was_continued_is_not_forgotten(tmp_path: Path) -> None:
    story = Story(tmp_path / "events.jsonl")
    story.tell("spent", "1", usd=0.25, tokens=900)
    story.tell("phase-ended", "1", status="COMPLETE", usd=0.1, tokens=300)

    assert (0.25, 900) == (progress_of(tmp_path / "events.jsonl").usd, progress_of(tmp_path / "events.jsonl").tokens)
