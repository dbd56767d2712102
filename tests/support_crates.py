"""Tiny crates in real git repositories, for tests of the gate."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from phasewright.plan import BlastRadius, CrateDependency, FileChanges, Phase, PhaseKind

_GIT_ENV = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}

LIB = """//! Numbers.

/// Adds.
///
/// ```
/// assert_eq!(tiny::add(1, 2), 3);
/// ```
pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    use super::add;

    #[test]
    fn adds() {
        assert_eq!(add(2, 2), 4);
    }

    #[test]
    fn adds_negative() {
        assert_eq!(add(2, -3), -1);
    }
}
"""
GREET = """//! Greetings.

/// Greets.
pub fn greet(name: &str) -> String {
    format!("hello {name}")
}

#[cfg(test)]
mod tests {
    use super::greet;

    #[test]
    fn greets() {
        assert_eq!(greet("Ann"), "hello Ann");
    }
}
"""
TINY: dict[str, str] = {
    "Cargo.toml": '[package]\nname = "tiny"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n',
    "Cargo.lock": 'version = 4\n\n[[package]]\nname = "tiny"\nversion = "0.1.0"\n',
    ".gitignore": "/target\n",
    "src/lib.rs": LIB,
    "tests/it.rs": "#[test]\nfn sums() {\n    assert_eq!(tiny::add(1, 1), 2);\n}\n",
}
WITH_GREET: dict[str, str] = {
    "src/greet.rs": GREET,
    "src/lib.rs": LIB.replace("//! Numbers.\n", "//! Numbers.\n\npub mod greet;\n"),
}

Files = Mapping[str, str | bytes | None]
"""Path → content; None deletes. A content `-> target` makes a symbolic link."""


def git(repo: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=repo, env=_GIT_ENV, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write_files(root: Path, files: Files) -> None:
    for name, content in files.items():
        path = root / name
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
        if content is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str) and content.startswith("-> "):
            os.symlink(content[3:], path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def new_repository(root: Path, files: Files = TINY) -> str:
    """Make a repository at *root* with one commit, and return that commit."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main")
    return commit(root, files, message="base")


def commit(root: Path, files: Files, *, message: str = "work", parent: str | None = None) -> str:
    """Commit *files* on top of *parent* (HEAD when not given), and return the commit."""
    if parent is not None:
        git(root, "checkout", "-q", "--detach", "-f", parent)
        git(root, "clean", "-fdqx")
    write_files(root, files)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


def phase_of(
    *,
    create: tuple[str, ...] = (),
    modify: tuple[str, ...] = (),
    delete: tuple[str, ...] = (),
    move: tuple[tuple[str, str], ...] = (),
    blast_radius: str | None = None,
    crates: tuple[CrateDependency, ...] = (),
    kind: PhaseKind = PhaseKind.IMPLEMENTATION,
    **more: object,
) -> Phase:
    """Return a phase that promises this."""
    return Phase.model_validate(
        {
            "id": "1",
            "name": "work",
            "line": 1,
            "kind": kind,
            "files": FileChanges(create=create, modify=modify, delete=delete, move=move),
            "blast_radius": BlastRadius(raw=blast_radius),
            "crate_dependencies": crates,
            **more,
        }
    )
