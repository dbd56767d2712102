"""Questions to a repository. Nothing here changes anything."""

import os
from collections.abc import Sequence

from phasewright.errors import CommandFailed, PreflightFailed, UsageError
from phasewright.git.command import git, git_bytes, run_git
from phasewright.git.odd_names import readable, split_z
from phasewright.git.repository import Repository
from phasewright.result import FileLines, FilesChanged

_BINARY_PROBE_BYTES = 8000  # git's own rule for "binary"


async def head_commit(repo: Repository) -> str:
    """Return the commit that is checked out.

    Raises:
        PreflightFailed: there is no commit yet.
    """
    found = await _commit(repo, "HEAD")
    if found is None:
        raise PreflightFailed([f"{str(repo.root)!r} has no commit yet: make a first one (git add -A && git commit)"])
    return found


async def resolve(repo: Repository, revision: str) -> str:
    """Return the commit that *revision* names.

    Raises:
        UsageError: it names none.
    """
    found = None if revision.startswith("-") or not revision.isprintable() else await _commit(repo, revision)
    if found is None:
        raise UsageError(f"{revision!r} names no commit in {str(repo.root)!r}")
    return found


async def tree_of(repo: Repository, commit: str) -> str:
    """Return the tree of *commit*."""
    return (await git(repo, "rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}")).strip()


async def is_ancestor(repo: Repository, ancestor: str, commit: str) -> bool:
    """Say whether *commit* has *ancestor* in its history; a commit that does not exist is no ancestor."""
    asked = await run_git(repo, "merge-base", "--is-ancestor", ancestor, commit)
    if asked.exit_code == 128 and not (await _commit(repo, ancestor) and await _commit(repo, commit)):
        return False
    return asked.expect(0, 1).exit_code == 0


async def changed_files(repo: Repository, base: str, head: str) -> FilesChanged:
    """Return what differs between two commits, in path order, with each file's lines at *head* (binary: 0).

    A renamed file is a deleted and a created one. Odd names are escaped (see odd_names).
    """
    listing = await git_bytes(repo, "diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", base, head)
    parts = listing.split(b"\0")[:-1]
    changes = [(fields.split(), path) for fields, path in zip(parts[::2], parts[1::2], strict=True)]
    blobs = sorted({fields[3] for fields, _ in changes if fields[4] != b"D" and fields[1] != b"160000"})
    lines = await _count_lines(repo, blobs)
    found: dict[bytes, list[FileLines]] = {b"A": [], b"D": [], b"M": []}
    for fields, path in changes:
        kind = fields[4] if fields[4] in b"AD" else b"M"
        found[kind].append(FileLines(path=readable(path), lines=lines.get(fields[3], 0)))
    return FilesChanged(created=tuple(found[b"A"]), modified=tuple(found[b"M"]), deleted=tuple(found[b"D"]))


async def read_file(repo: Repository, commit: str, path: str) -> bytes | None:
    """Return the bytes of *path* in *commit*; None where there is no such file. A symlink's bytes are its target."""
    if not path or "\0" in path:
        return None
    name = os.fsencode(f"{commit}:{path}")
    answer = await git_bytes(repo, "cat-file", "-z", "--batch", stdin=name + b"\0")
    # The answer to a missing name repeats the name, which may itself look like an answer.
    if answer in (name + b" missing\n", name + b" ambiguous\n"):
        return None
    heading, _, rest = answer.partition(b"\n")
    fields = heading.split()
    return rest[: int(fields[2])] if len(fields) == 3 and fields[1] == b"blob" else None


async def dirty_paths(repo: Repository, expected: Sequence[str] = ()) -> list[str]:
    """Return paths of the user's tree that are not as committed: changed, staged, deleted or untracked.

    Args:
        expected: paths from the root that do not count; with a final `/` everything below.
    """
    listing = await git(
        repo, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", work_tree=repo.root
    )
    paths = sorted(entry[3:] for entry in split_z(listing))
    return [readable(path) for path in paths if not is_covered(path, expected)]


def is_covered(path: str, listed: Sequence[str]) -> bool:
    """Say whether *path* is one of *listed*, or below one that ends with `/`."""
    return any(path == name or (name.endswith("/") and path.startswith(name)) for name in listed)


async def current_branch(repo: Repository) -> str | None:
    """Return the branch that HEAD is on, without `refs/heads/`; None when it is on none."""
    ref = (await git(repo, "symbolic-ref", "-q", "HEAD", ok=(0, 1))).strip()
    return ref.removeprefix("refs/heads/") or None


async def _commit(repo: Repository, revision: str) -> str | None:
    asked = await run_git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if asked.exit_code not in (0, 1, 128):
        raise CommandFailed(asked.argv, asked.exit_code, asked.stderr.decode("utf-8", "replace"))
    return asked.text.strip() if asked.exit_code == 0 else None


async def _count_lines(repo: Repository, blobs: Sequence[bytes]) -> dict[bytes, int]:
    if not blobs:
        return {}
    answer = await git_bytes(repo, "cat-file", "--batch", stdin=b"\n".join(blobs) + b"\n")
    lines: dict[bytes, int] = {}
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        name, _, size = answer[at:end].split()[:3]
        content = answer[end + 1 : end + 1 + int(size)]
        lines[name] = _lines(content)
        at = end + 1 + int(size) + 1
    return lines


def _lines(content: bytes) -> int:
    if b"\0" in content[:_BINARY_PROBE_BYTES]:
        return 0
    return content.count(b"\n") + (bool(content) and not content.endswith(b"\n"))
