"""A landing counts until someone takes it back: said by `git revert`, or done to the files. Edits take nothing back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support_git import commit_files, make_repository, sh_git

from phasewright.git.landing import landed_with_key, landing_message
from phasewright.git.repository import find_repository
from phasewright.git.taken_back import what_remains
from phasewright.plan import FileChanges
from tasks.honour import why_taken_back

LINES = [f"line {n}" for n in range(1, 31)]
PROMISED = FileChanges(create=("new.rs",), modify=("lib.rs",))


def lib(**changed: str) -> str:
    """Return thirty lines, with those of the names `l10`, `l20` written anew."""
    return "".join(changed.get(f"l{n}", line) + "\n" for n, line in enumerate(LINES, 1))


def message(phase: str) -> str:
    return landing_message(f"Phase {phase}", plan="p", phase=phase, run="r", attempt=1, key=f"phase-{phase}", gate="ok")


def landed(root: Path) -> str:
    """Make a repository in which a phase has created new.rs and changed lib.rs and lock; return the landing."""
    make_repository(root, {"lib.rs": lib(), "lock": "1\n", "other.rs": "other\n"})
    return commit_files(root, {"new.rs": "new\n", "lib.rs": lib(l10="mod new;"), "lock": "2\n"}, message("1"))


async def why(root: Path, landing: str, promised: FileChanges = PROMISED) -> str | None:
    return why_taken_back(await what_remains(await find_repository(root), landing, "HEAD"), promised)


def revert(root: Path, commit: str = "HEAD") -> str:
    sh_git(root, "revert", "--no-edit", commit)
    return sh_git(root, "rev-parse", "HEAD")


def edit(root: Path, **files: str | None) -> None:
    commit_files(root, {name.replace("_", "."): content for name, content in files.items()}, "edit")


def restore(root: Path, *paths: str) -> None:
    sh_git(root, "checkout", "-q", "HEAD~1", "--", *paths)
    sh_git(root, "commit", "-q", "-m", "back to what it was")


def edit_then_revert(root: Path) -> None:
    landing = sh_git(root, "rev-parse", "HEAD")
    edit(root, lib_rs=lib(l10="mod new;", l25="a user's line"))
    revert(root, landing)


def restore_then_edit(root: Path) -> None:
    restore(root, "lib.rs")
    edit(root, lib_rs=lib(l25="a user's line"))


def revert_in_part(root: Path) -> None:
    """`git revert` with two of three files kept: it still says that it reverts."""
    sh_git(root, "revert", "--no-commit", "HEAD")
    sh_git(root, "checkout", "-q", "HEAD", "--", "lib.rs", "new.rs")
    sh_git(root, "commit", "-q", "--no-edit")


def revert_by_reference(root: Path) -> None:
    sh_git(root, "revert", "--reference", "--no-commit", "HEAD")
    sh_git(root, "checkout", "-q", "HEAD", "--", "lib.rs", "new.rs")
    sh_git(root, "commit", "-q", "--no-edit", "--cleanup=strip")


def revert_a_merge(root: Path) -> None:
    sh_git(root, "branch", "run")
    sh_git(root, "reset", "-q", "--hard", "HEAD~1")
    sh_git(root, "merge", "-q", "--no-ff", "--no-edit", "run")
    sh_git(root, "revert", "--no-edit", "-m", "1", "HEAD")


def drop_in_a_merge(root: Path) -> None:
    sh_git(root, "branch", "run")
    sh_git(root, "reset", "-q", "--hard", "HEAD~1")
    edit(root, other_rs="more\n")
    sh_git(root, "merge", "-q", "-s", "ours", "--no-edit", "run")


def revert_thrice(root: Path) -> None:
    revert(root)
    revert(root)
    revert(root)


TAKEN_BACK: dict[str, tuple[Callable[[Path], object], str]] = {
    "git revert": (revert, "says that it reverts it"),
    "git revert after an edit of the same file": (edit_then_revert, "says that it reverts it"),
    "git revert of a part": (revert_in_part, "says that it reverts it"),
    "git revert --reference of a part": (revert_by_reference, "says that it reverts it"),
    "a revert of the revert, reverted": (revert_thrice, "says that it reverts it"),
    "git revert -m 1 of the merge": (revert_a_merge, "gone since: 'new.rs'"),
    "git merge -s ours": (drop_in_a_merge, "gone since: 'new.rs'"),
    "a promised file put back": (lambda root: restore(root, "lib.rs"), "nothing of it is left in 'lib.rs'"),
    "a promised file put back, then edited elsewhere": (restore_then_edit, "nothing of it is left in 'lib.rs'"),
    "a created file deleted": (lambda root: edit(root, new_rs=None), "gone since: 'new.rs'"),
    "a changed file deleted": (lambda root: edit(root, lib_rs=None), "gone since: 'lib.rs'"),
}


def later_landing_moves(root: Path) -> None:
    commit_files(root, {"new.rs": None, "moved.rs": "new\n", "lib.rs": lib()}, message("2"))
    edit(root, lib_rs=lib(l25="a user's line"))


def later_landing_is_reverted(root: Path) -> None:
    commit_files(root, {"lib.rs": lib(l10="mod new;", l20="phase 2")}, message("2"))
    revert(root)


def done_again_by_hand(root: Path) -> None:
    revert(root)
    edit(root, new_rs="new\n", lib_rs=lib(l10="mod new;", l25="a user's line"), lock="2\n")


def revert_of_another(root: Path) -> None:
    edit(root, other_rs="more\n")
    revert(root)


STANDS: dict[str, Callable[[Path], object]] = {
    "nothing since": lambda root: None,
    "edits elsewhere": lambda root: edit(root, other_rs="more\n", lib_rs=lib(l10="mod new;", l25="a user's line")),
    "its very lines edited": lambda root: edit(root, lib_rs=lib(l10="pub mod new;"), new_rs="newer\n"),
    "a file that the plan does not promise put back": lambda root: restore(root, "lock"),
    "a revert, reverted": lambda root: revert(root) and revert(root),
    "a revert, done again by hand": done_again_by_hand,
    "a revert of another commit": revert_of_another,
    "a later landing that moves its file": later_landing_moves,
    "a later landing, reverted": later_landing_is_reverted,
}


@pytest.mark.parametrize("case", TAKEN_BACK)
async def test_what_is_taken_back_no_longer_counts(tmp_path: Path, case: str) -> None:
    take_back, because = TAKEN_BACK[case]
    landing = landed(tmp_path)
    take_back(tmp_path)
    refs = sh_git(tmp_path, "for-each-ref")

    told = await why(tmp_path, landing)

    assert told is not None and because in told
    assert refs == sh_git(tmp_path, "for-each-ref")
    assert [] == list((tmp_path / ".git").glob("phasewright-objects-*"))


@pytest.mark.parametrize("case", STANDS)
async def test_what_is_edited_still_counts(tmp_path: Path, case: str) -> None:
    landing = landed(tmp_path)
    STANDS[case](tmp_path)

    assert None is await why(tmp_path, landing)


async def test_without_promises_a_landing_counts_while_some_of_it_is_left(tmp_path: Path) -> None:
    """A plan that lists no files promises none: the part that was put back is the user's own change."""
    make_repository(tmp_path, {"lib.rs": lib(), "lock": "1\n"})
    landing = commit_files(tmp_path, {"lib.rs": lib(l10="mod new;"), "lock": "2\n"}, message("1"))
    restore(tmp_path, "lib.rs")

    assert None is await why(tmp_path, landing, FileChanges())
    edit(tmp_path, lock="1\n")
    assert "nothing of it is left" == await why(tmp_path, landing, FileChanges())


async def test_landed_again_after_a_revert_the_new_landing_counts(tmp_path: Path) -> None:
    landing = landed(tmp_path)
    revert(tmp_path)
    again = commit_files(tmp_path, {"new.rs": "new\n", "lib.rs": lib(l10="mod new;")}, message("1"))
    found = await landed_with_key(await find_repository(tmp_path), "main", "phase-1")

    assert again == found
    assert None is await why(tmp_path, again)
    assert "says that it reverts it" in (await why(tmp_path, landing) or "")


async def test_a_rebased_landing_is_found_and_counts_until_it_is_reverted(tmp_path: Path) -> None:
    landing = landed(tmp_path)
    sh_git(tmp_path, "checkout", "-q", "-b", "moved", "HEAD~1")
    edit(tmp_path, other_rs="more\n")
    sh_git(tmp_path, "rebase", "-q", "moved", "main")
    found = await landed_with_key(await find_repository(tmp_path), "main", "phase-1")

    assert found is not None and found != landing
    assert None is await why(tmp_path, found)
    revert(tmp_path)
    assert "says that it reverts it" in (await why(tmp_path, found) or "")


@pytest.mark.parametrize("way", ["merge --squash", "both messages"])
async def test_landings_squashed_into_one_commit_are_each_found_in_it(tmp_path: Path, way: str) -> None:
    landed(tmp_path)
    commit_files(tmp_path, {"two.rs": "two\n"}, message("2"))
    if way == "merge --squash":
        sh_git(tmp_path, "checkout", "-q", "-b", "squashed", "HEAD~2")
        sh_git(tmp_path, "merge", "-q", "--squash", "main")
        sh_git(tmp_path, "commit", "-q", "--no-edit")
    else:
        both = sh_git(tmp_path, "log", "--reverse", "--format=%B", "HEAD~2..HEAD")
        sh_git(tmp_path, "checkout", "-q", "-b", "squashed")
        sh_git(tmp_path, "reset", "-q", "--soft", "HEAD~2")
        sh_git(tmp_path, "commit", "-q", "-m", both)
    repository, squashed = await find_repository(tmp_path), sh_git(tmp_path, "rev-parse", "HEAD")

    assert squashed == await landed_with_key(repository, "squashed", "phase-1")
    assert squashed == await landed_with_key(repository, "squashed", "phase-2")
    assert None is await why(tmp_path, squashed)
    restore(tmp_path, "lib.rs")
    assert "nothing of it is left in 'lib.rs'" == await why(tmp_path, squashed)
    assert None is await why(tmp_path, squashed, FileChanges(create=("two.rs",)))


async def test_a_file_whose_name_is_no_utf8_still_counts(tmp_path: Path) -> None:
    make_repository(tmp_path, {"lib.rs": lib()})
    landing = commit_files(tmp_path, {"caf\udce9.rs": "new\n"}, message("1"))
    edit(tmp_path, lib_rs=lib(l25="a user's line"))

    assert None is await why(tmp_path, landing)
