"""Small real repositories for tests."""

import os
import subprocess
from pathlib import Path

_ENV = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
    **{
        f"GIT_{who}_{what}": v
        for who in ("AUTHOR", "COMMITTER")
        for what, v in (("NAME", "u"), ("EMAIL", "u@localhost"))
    },
}


def sh_git(folder: Path, *args: str, stdin: bytes | None = None) -> str:
    """Run git as the user would, in *folder*; fail the test when it fails."""
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", *args],
        cwd=folder,
        env=_ENV,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def write(root: Path, files: dict[str, str | bytes | None]) -> None:
    """Write *files* under *root*; None removes."""
    for name, content in files.items():
        place = root / name
        if content is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())


def make_repository(root: Path, files: dict[str, str | bytes | None]) -> Path:
    """Make a repository at *root* with one commit of *files* on branch main; return *root*."""
    root.mkdir(parents=True, exist_ok=True)
    sh_git(root, "init", "-q", "-b", "main")
    commit_files(root, files, "base")
    return root


def commit_files(root: Path, files: dict[str, str | bytes | None], message: str = "change") -> str:
    """Write *files*, commit everything on the current branch, return the commit."""
    write(root, files)
    sh_git(root, "add", "-A")
    sh_git(root, "commit", "-q", "--allow-empty", "-m", message)
    return sh_git(root, "rev-parse", "HEAD")


def state_of(root: Path) -> str:
    """Return everything a person would miss: HEAD, branch, refs, index, status and stashes."""
    index = (root / ".git/index").read_bytes().hex() if (root / ".git/index").is_file() else ""
    return "\n".join(
        [
            (root / ".git/HEAD").read_text(),
            sh_git(root, "for-each-ref", "refs/heads", "refs/tags", "refs/stash"),
            index,
            (root / ".git/config").read_text(),
        ]
    )
