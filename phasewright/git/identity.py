"""In whose name commits are made."""

from phasewright.git.command import run_git
from phasewright.git.repository import Repository

_NAME, _EMAIL = "phasewright", "phasewright@localhost"


async def identity(repo: Repository) -> dict[str, str]:
    """Return the environment that names author and committer: the user's configuration, else phasewright."""
    found = await run_git(repo, "config", "-z", "--get-regexp", r"^user\.(name|email)$")
    said = dict(entry.split("\n", 1) for entry in found.stdout.decode("utf-8", "replace").split("\0") if "\n" in entry)
    name, email = said.get("user.name") or _NAME, said.get("user.email") or _EMAIL
    return {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
    }
