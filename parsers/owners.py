"""Owners and the agent files that they mean."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from parsers.inline import without_parentheses
from parsers.notes import Notes
from phasewright.plan import Phase

_NAME = re.compile(r"\A---\n(?:.*\n)*?name:[ \t]*[\"']?([^\n\"']+)")
_HEAD_CHARACTERS = 2000
SHIPPED = ("rust-developer", "feature-tester-rust", "database-expert", "schema-architect", "general-purpose")
_GENERAL = frozenset({"bash", "explore", "plan", "self", "human", "general-purpose"})


def agent_names(owner: str) -> tuple[str, ...]:
    """Return the agent names that an owner may mean: likeliest first; parentheses are tried both ways.

    >>> agent_names("Feature Tester (Rust)")
    ('feature-tester-rust', 'feature-tester', 'rust')
    """
    whole = owner.replace("(", " ").replace(")", " ")
    spellings = (whole, without_parentheses(owner), *re.findall(r"\(([^()]*)\)", owner))
    return tuple(name for name in dict.fromkeys(agent_slug(spelling) for spelling in spellings) if name)


def agent_slug(name: str) -> str:
    """Return an agent's name as names are compared: case, quotes, emphasis, and spaces against hyphens are the same."""
    return "-".join(re.sub(r"[`'\"*_\s-]+", " ", name).casefold().split())


def known_agents(repository: Path | None) -> frozenset[str]:
    """Return the names of all agents at hand: the repository's, the user's and the shipped ones."""
    folders = [Path("~/.claude/agents").expanduser()]
    if repository is not None:
        folders.insert(0, repository / ".claude/agents")
    files = [file for folder in folders if folder.is_dir() for file in folder.glob("**/*.md")]
    return frozenset([*(agent_slug(name) for file in files for name in _names_of(file)), *SHIPPED, *_GENERAL])


def _names_of(file: Path) -> Iterator[str]:
    """Yield the file's own name and the one that its front matter gives."""
    yield file.stem
    try:
        with file.open(encoding="utf-8", errors="replace") as text:
            named = _NAME.search(text.read(_HEAD_CHARACTERS))
    except OSError:
        return
    if named:
        yield named[1]


def note_owners(phases: Sequence[Phase], agents: frozenset[str], notes: Notes) -> None:
    """Note phases without an owner, and owners that no agent file is named after."""
    for phase in phases:
        if phase.owner is None:
            message = f"phase {phase.id} has no owner; general-purpose does it"
            notes.add(
                "missing-owner", message, phase.line, hint="add **Principal Owner:** and a name from .claude/agents"
            )
        elif not agents.intersection(agent_names(phase.owner)):
            message = f"no agent file for {phase.owner!r} of phase {phase.id}; general-purpose does it"
            names = agent_names(phase.owner)
            hint = f"add .claude/agents/{names[0]}.md" if names else "name an agent of .claude/agents"
            notes.add("agent-not-found", message, phase.lines.get("owner", phase.line), hint=hint)
