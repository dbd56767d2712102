"""An agent or a skill as its file defines it. `parsers/agent_file.py` makes these; nothing here reads files."""

from pathlib import Path

from pydantic import BaseModel

SUB_AGENT_TOOLS = ("bash", "read_file", "write_file", "edit_file", "glob", "grep", "add_dependency", "skill")


class AgentDefinition(BaseModel, frozen=True):
    """A sub-agent: its system prompt, model and tools."""

    name: str
    description: str = ""
    prompt: str
    """The file's body."""
    model: str | None = None
    """A full model name; None: as the orchestrator."""
    effort: str | None = None
    max_turns: int | None = None
    tools: tuple[str, ...] = SUB_AGENT_TOOLS
    skills: tuple[str, ...] = ()
    """Skills whose text it gets from the start."""
    path: Path | None = None
    """None: shipped with phasewright."""


class SkillDefinition(BaseModel, frozen=True):
    """A skill that an agent may ask for: its name and description are always known, its text on demand."""

    name: str
    description: str = ""
    path: Path


GENERAL_PURPOSE = AgentDefinition(
    name="general-purpose",
    description="Any task that no other agent is made for.",
    prompt=(
        "You are a careful software engineer working in a Rust repository. Read before you write, change as little "
        "as the task needs, follow what the code around you does, and run the tests that your change touches."
    ),
)
"""What runs when nothing else is defined."""
