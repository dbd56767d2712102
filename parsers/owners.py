"""Owners and the agent files that they mean."""

import re
from collections.abc import Sequence
from pathlib import Path

from parsers.inline import without_parentheses
from parsers.notes import Notes
from phasewright.plan import Phase

SHIPPED = ("rust-developer", "feature-tester-rust", "database-expert", "schema-architect", "general-purpose")
_GENERAL = frozenset({"bash", "explore", "plan", "self", "human", "general-purpose"})


def agent_names(owner: str) -> tuple[str, ...]:
    """Return the agent names that an owner may mean: spaces against hyphens, parentheses both ways.

    >>> agent_names("Feature Tester (Rust)")
    ('feature-tester-rust', 'feature-tester')
    """
    whole = owner.replace("(", " ").replace(")", " ")
    return tuple(dict.fromkeys(_slug(name) for name in (whole, without_parentheses(owner))))


def _slug(name: str) -> str:
    return "-".join(name.replace("`", "").replace("_", " ").replace("-", " ").casefold().split())


def find_agent(owner: str | None, repository: Path) -> tuple[str, str | None]:
    """Return the agent that would do a phase of *owner*'s, and the model that its file names, if any."""
    if owner is None:
        return "general-purpose", None
    for name in agent_names(owner):
        for folder in (repository / ".claude/agents", Path("~/.claude/agents").expanduser()):
            for file in sorted(folder.glob("**/*.md")) if folder.is_dir() else []:
                if _slug(file.stem) == name:
                    return name, _model_of(file)
        if name in SHIPPED or name == "human":
            return name, None
    return "general-purpose", None


def _model_of(file: Path) -> str | None:
    try:
        head = file.read_text(encoding="utf-8", errors="replace")[:4000]
    except OSError:
        return None
    named = re.search(r"\A---\n(?:.*\n)*?model:[ \t]*[\"']?([\w.-]+)", head)
    return named[1] if named and named[1] != "inherit" else None


def known_agents(repository: Path | None) -> frozenset[str]:
    """Return the names of all agents at hand: the repository's, the user's and the shipped ones."""
    folders = [Path("~/.claude/agents").expanduser()]
    if repository is not None:
        folders.insert(0, repository / ".claude/agents")
    found = [_slug(file.stem) for folder in folders if folder.is_dir() for file in folder.glob("**/*.md")]
    return frozenset([*found, *SHIPPED, *_GENERAL])


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
            hint = f"add .claude/agents/{agent_names(phase.owner)[0]}.md"
            notes.add("agent-not-found", message, phase.lines.get("owner", phase.line), hint=hint)
