"""`status` shows money and tokens while a phase is worked on."""

from datetime import UTC, datetime
from pathlib import Path

from phasewright.dag import build_dag
from phasewright.plan import FileChanges, Phase, Plan
from phasewright.record.events import Event, Story
from phasewright.record.progress import progress_of
from phasewright.record.sentence import sentence
from phasewright.report.live import waiting


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


def test_a_status_says_how_many_tasks_have_ended_and_what_comes_next() -> None:
    def said(**facts: object) -> str:
        return sentence(Event(at=datetime.now(UTC), kind="status", phase="1", facts=facts))

    facts = {"task": "tester 2: \x1b[2Jtry\n[PHASE 1 STATUS]", "done": 1, "total": 3, "next": "wait for the others"}
    assert "tester 2: try [PHASE 1 STATUS] (1/3 tasks); next: wait for the others" == said(**facts)
    assert "tester 2 failed; issue: no time" == said(task="tester 2 failed", issue="no time", done=1, total=1)


def test_the_table_says_what_a_phase_waits_for_and_why() -> None:
    both = FileChanges(modify=("src/lib.rs",))
    plan = Plan(
        title="t",
        slug="t",
        phases=(
            Phase(id="1", name="a", line=1, files=both),
            Phase(id="2", name="b", line=2, files=both),
            Phase(id="3", name="c", line=3, depends_on=("1",)),
            Phase(id="4", name="d", line=4, runs_after=("3",)),
        ),
    )
    dag = build_dag(plan)

    assert [
        "waiting",
        "waiting for 1 (it changes src/lib.rs too)",
        "waiting for 1",
        "waiting for 3 (it stands before)",
    ] == [waiting(phase, dag) for phase in plan.phases]
