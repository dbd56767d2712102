"""Evidence beside a commit: notes under refs/notes/phasewright."""

from phasewright.git.command import git, run_git
from phasewright.git.identity import identity
from phasewright.git.repository import Repository

_REF = "--ref=refs/notes/phasewright"


async def attach_note(repo: Repository, commit: str, text: str) -> None:
    """Attach *text* to *commit*, byte for byte, in place of an earlier note."""
    blob = (await git(repo, "hash-object", "-w", "--stdin", stdin=text.encode("utf-8", "replace"))).strip()
    done = await run_git(repo, "notes", _REF, "add", "-f", "-C", blob, commit, env=await identity(repo))
    done.expect(0)


async def read_note(repo: Repository, commit: str) -> str | None:
    """Return the note on *commit*; None when it has none."""
    listed = await git(repo, "notes", _REF, "list", commit, ok=(0, 1))
    if not listed.strip():
        return None
    return await git(repo, "cat-file", "blob", listed.strip())
