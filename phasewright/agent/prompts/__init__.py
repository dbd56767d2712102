"""The prompts, as markdown that users can read, and replace by files of the same name in `.ai/prompts/`."""

import hashlib
from importlib.resources import files
from pathlib import Path

LIMIT_BYTES = 64_000
NAMES = ("orchestrator-design", "orchestrator-implementation", "sub-agent", "report", "summarise")


def load_prompt(name: str, repository: Path) -> str:
    """Return the repository's own prompt, or the shipped one where it has none that is a plain text of bounded size."""
    own = repository / ".ai" / "prompts" / f"{name}.md"
    if own.is_file() and 0 < own.stat().st_size <= LIMIT_BYTES:
        return own.read_text("utf-8", "replace").strip()
    return files(__name__).joinpath(f"{name}.md").read_text("utf-8").strip()


def prompts_digest(repository: Path) -> str:
    """Return the SHA-256 of all prompts as they are now: part of a phase's checkpoint key."""
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(load_prompt(name, repository).encode() + b"\0")
    return digest.hexdigest()
