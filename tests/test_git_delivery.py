"""Delivery moves HEAD, index and files together; cut short anywhere, it is finished or told."""

import os
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git, write

from phasewright.errors import DeliveryRefused
from phasewright.git.delivery import Intent, deliver_fast_forward, finish_delivery
from phasewright.git.repository import Repository, find_repository

OLD_FILES: dict[str, str | bytes | None] = {"kept": "k\n", "changed": "old\n", "gone": "g\n", ".ai/plan.md": "plan\n"}
NEW_FILES: dict[str, str | bytes | None] = {"changed": "new and longer\n", "gone": None, "dir/added": "added text\n"}
DEAD_PID = 2**22 + 1


@pytest.fixture
async def repo(tmp_path: Path) -> Repository:
    """HEAD on main at old; branch result one commit ahead."""
    root = make_repository(tmp_path / "repo", OLD_FILES)
    sh_git(root, "checkout", "-q", "-b", "result")
    commit_files(root, NEW_FILES)
    sh_git(root, "checkout", "-q", "main")
    return await find_repository(root)


@pytest.fixture
def intent(tmp_path: Path) -> Path:
    return tmp_path / "state/intent.json"


def commit(repo: Repository, name: str) -> str:
    return sh_git(repo.root, "rev-parse", name)


async def deliver(repo: Repository, intent: Path) -> None:
    await deliver_fast_forward(repo, expected_head=commit(repo, "main"), tip=commit(repo, "result"), intent=intent)


def was_cut_short(repo: Repository, intent: Path, pid: int = DEAD_PID) -> None:
    born = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19] if pid != DEAD_PID else "1"
    told = Intent(old=commit(repo, "main"), new=commit(repo, "result"), pid=pid, pid_born=born, started_at=1)
    intent.parent.mkdir(exist_ok=True)
    intent.write_text(told.model_dump_json())


async def test_branch_index_and_files_move_and_other_changes_stay(repo: Repository, intent: Path) -> None:
    write(repo.root, {".ai/plan.md": "plan, with checkpoints\n", ".ai/log.md": "log\n"})

    await deliver(repo, intent)

    assert commit(repo, "result") == commit(repo, "HEAD") == commit(repo, "main")
    assert ["M .ai/plan.md", "?? .ai/log.md"] == sh_git(repo.root, "status", "--porcelain", "-uall").splitlines()
    assert ("added text\n", False) == ((repo.root / "dir/added").read_text(), (repo.root / "gone").exists())
    assert not intent.exists()


async def test_file_in_the_way_is_never_overwritten(repo: Repository, intent: Path) -> None:
    head = commit(repo, "HEAD")
    write(repo.root, {"dir/added": "mine\n", ".git/info/exclude": "dir/\n"})

    with pytest.raises(DeliveryRefused, match="dir/added"):
        await deliver(repo, intent)

    assert not intent.exists()
    assert (head, "mine\n") == (commit(repo, "HEAD"), (repo.root / "dir/added").read_text())
    assert "" == sh_git(repo.root, "status", "--porcelain")


async def test_head_that_went_on_is_left_alone(repo: Repository, intent: Path) -> None:
    old = commit(repo, "HEAD")
    head = commit_files(repo.root, {"mine": "m\n"})

    with pytest.raises(DeliveryRefused, match="HEAD is at"):
        await deliver_fast_forward(repo, expected_head=old, tip=commit(repo, "result"), intent=intent)

    assert head == commit(repo, "HEAD")


async def nothing_written(root: Path) -> None:
    pass


async def half_a_file(root: Path) -> None:
    write(root, {"changed": "new a", "gone": None, "dir/added": ""})


async def all_files(root: Path) -> None:
    write(root, NEW_FILES)


async def files_and_index(root: Path) -> None:
    sh_git(root, "read-tree", "-m", "-u", "HEAD", "result")


async def everything(root: Path) -> None:
    sh_git(root, "merge", "-q", "--ff-only", "result")


@pytest.mark.parametrize("progress", [nothing_written, half_a_file, all_files, files_and_index, everything])
async def test_delivery_cut_short_is_finished(repo: Repository, intent: Path, progress) -> None:
    was_cut_short(repo, intent)
    await progress(repo.root)
    (repo.git_dir / "index.lock").write_text("")
    write(repo.root, {".ai/plan.md": "changed\n"})

    await finish_delivery(repo, intent)

    assert commit(repo, "result") == commit(repo, "HEAD") == commit(repo, "main")
    assert "M .ai/plan.md" == sh_git(repo.root, "status", "--porcelain", "-uall")
    assert not intent.exists()


async def test_file_that_the_user_wrote_since_is_left_alone(repo: Repository, intent: Path) -> None:
    was_cut_short(repo, intent)
    write(repo.root, {"changed": "mine\n", "dir/added": "added"})

    with pytest.raises(DeliveryRefused, match="changed since the delivery was cut short: changed;"):
        await finish_delivery(repo, intent)

    assert ("mine\n", "added") == ((repo.root / "changed").read_text(), (repo.root / "dir/added").read_text())


async def test_older_lock_of_the_users_is_left_alone(repo: Repository, intent: Path) -> None:
    was_cut_short(repo, intent)
    lock = repo.git_dir / "index.lock"
    lock.write_text("")
    os.utime(lock, (-100, -100))

    with pytest.raises(DeliveryRefused):
        await finish_delivery(repo, intent)

    assert lock.exists()


async def test_delivery_of_a_living_process_is_not_interfered_with(repo: Repository, intent: Path) -> None:
    was_cut_short(repo, intent, pid=os.getppid())

    with pytest.raises(DeliveryRefused, match="is delivering now"):
        await finish_delivery(repo, intent)


async def test_no_intent_is_nothing_to_do(repo: Repository, intent: Path) -> None:
    before = commit(repo, "HEAD")

    await finish_delivery(repo, intent)

    assert before == commit(repo, "HEAD")
