"""A run that was killed while it delivered is delivered whole when the next one opens."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git, write

from phasewright.errors import DeliveryRefused
from phasewright.git.delivery import Intent
from phasewright.git.repository import Repository, find_repository
from phasewright.options import RunOptions
from phasewright.record.places import INTENT, Places
from phasewright.record.run_record import RunRecord, save_record
from tasks.opening import finish_last_delivery

DEAD_PID = 2**22 + 1


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    """HEAD on main, a result one commit ahead of it."""
    root = make_repository(tmp_path / "repo", {"a": "old\n", "b": "b\n"})
    sh_git(root, "checkout", "-q", "-b", "result")
    commit_files(root, {"a": "new and longer\n", "c": "c\n"})
    sh_git(root, "checkout", "-q", "main")
    return await find_repository(root)


def cut_short(repo: Repository, folder: Path) -> tuple[Places, Path]:
    """A newest run with an intent whose process is dead."""
    places, plan = Places(folder=folder), repo.root / "plan.md"
    old, new = sh_git(repo.root, "rev-parse", "main"), sh_git(repo.root, "rev-parse", "result")
    record = RunRecord(
        run="20251219-020000-abcd",
        plan=str(plan),
        slug="plan",
        repo=str(repo.root),
        branch="result",
        base_commit=old,
        head_at_start=old,
        options=RunOptions(),
        started_at=datetime.now(UTC),
        pid=DEAD_PID,
    )
    save_record(places, record)
    intent = places.run(record.run) / INTENT
    intent.write_text(Intent(old=old, new=new, pid=DEAD_PID, pid_born="1", started_at=1).model_dump_json())
    return places, intent


async def test_half_written_files_are_finished(repo: Repository, tmp_path: Path) -> None:
    places, intent = cut_short(repo, tmp_path / "state")
    write(repo.root, {"a": "new a"})

    await finish_last_delivery(repo, places, repo.root / "plan.md")

    assert sh_git(repo.root, "rev-parse", "result") == sh_git(repo.root, "rev-parse", "HEAD")
    assert ("", False) == (sh_git(repo.root, "status", "--porcelain"), intent.exists())


async def test_user_who_went_on_is_told_once(repo: Repository, tmp_path: Path) -> None:
    places, intent = cut_short(repo, tmp_path / "state")
    head = commit_files(repo.root, {"mine": "m\n"})

    with pytest.raises(DeliveryRefused, match=r"merge .* yourself"):
        await finish_last_delivery(repo, places, repo.root / "plan.md")
    await finish_last_delivery(repo, places, repo.root / "plan.md")

    assert (head, False) == (sh_git(repo.root, "rev-parse", "HEAD"), intent.exists())


async def test_other_plans_are_not_concerned(repo: Repository, tmp_path: Path) -> None:
    places, intent = cut_short(repo, tmp_path / "state")

    await finish_last_delivery(repo, places, repo.root / "other.md")

    assert intent.exists()
