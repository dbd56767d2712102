"""All agents and skills at hand: the repository's, the user's, the shipped ones; and which of them an owner means."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import phasewright.agent
from parsers.agent_file import LIMIT_BYTES, parse_agent, split_front_matter
from parsers.owners import agent_names, agent_slug
from phasewright.agent.definition import GENERAL_PURPOSE, AgentDefinition, SkillDefinition

SHIPPED_FOLDER = Path(phasewright.agent.__file__).parent / "agents"
_GENERAL_OWNERS = frozenset({"general-purpose", "bash", "explore", "plan", "self"})
HUMAN = "human"


class AgentNote(BaseModel, frozen=True):
    """What the author of an agent or skill file should know."""

    path: Path
    message: str
    is_problem: bool = False
    """True: the file is not used."""

    @property
    def text(self) -> str:
        """The note as one line."""
        return f"{self.path}: {self.message}"


class AgentBook(BaseModel, frozen=True):
    """Everything that may be delegated to. The first of a name counts: repository, user, shipped."""

    agents: tuple[AgentDefinition, ...]
    skills: tuple[SkillDefinition, ...] = ()
    notes: tuple[AgentNote, ...] = ()

    def find(self, owner: str | None) -> AgentDefinition | None:
        """Return the agent that *owner* names; None when none has that name."""
        for name in agent_names(owner or ""):
            for agent in self.agents:
                if name in {agent_slug(agent.name), agent_slug(agent.path.stem if agent.path else agent.name)}:
                    return agent
        return None

    def for_owner(self, owner: str | None) -> tuple[AgentDefinition, ...]:
        """Return all agents, the one that *owner* stands for first: general-purpose where no agent has the name."""
        names = agent_names(owner or "")
        general = self.find("general-purpose") or GENERAL_PURPOSE
        first = general if not names or names[0] in _GENERAL_OWNERS else self.find(owner) or general
        return (first, *(agent for agent in self.agents if agent.name != first.name))

    def notes_for(self, owners: Iterable[str | None]) -> tuple[AgentNote, ...]:
        """Return what somebody whose phases these *owners* do should know: unused files, and remarks on theirs."""
        used = {agent.path for owner in owners if (agent := self.for_owner(owner)[0]).path}
        return tuple(note for note in self.notes if note.is_problem or note.path in used)


def is_human(owner: str | None) -> bool:
    """True when the phase is a question to a person."""
    return HUMAN in agent_names(owner or "")


def load_book(repository: Path, home: Path | None = None) -> AgentBook:
    """Read every agent and skill file. Files that cannot be used are noted, never an error of the run."""
    home = home or Path.home()
    notes: list[AgentNote] = []
    agents: dict[str, AgentDefinition] = {}
    for folder in (repository / ".claude" / "agents", home / ".claude" / "agents", SHIPPED_FOLDER):
        for path in _markdown_files(folder, "**/*.md"):
            definition = _read_agent(path, notes)
            if definition is not None:
                agents.setdefault(agent_slug(definition.name), definition)
    skills: dict[str, SkillDefinition] = {}
    for folder in (repository / ".claude" / "skills", home / ".claude" / "skills"):
        for path in _markdown_files(folder, "*/SKILL.md"):
            skill = _read_skill(path, notes)
            if skill is not None:
                skills.setdefault(agent_slug(skill.name), skill)
    notes += [
        AgentNote(path=agent.path, message=f"there is no skill {name!r}; it goes without")
        for agent in agents.values()
        for name in agent.skills
        if agent.path and agent_slug(name.removeprefix("/")) not in skills
    ]
    return AgentBook(agents=tuple(agents.values()), skills=tuple(skills.values()), notes=tuple(notes))


def files_of(agents: tuple[AgentDefinition, ...]) -> dict[str, bytes]:
    """Return name → content of the files that define *agents*: part of a phase's checkpoint key."""
    return {agent.name: agent.path.read_bytes() for agent in agents if agent.path and agent.path.is_file()}


def _markdown_files(folder: Path, pattern: str) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.glob(pattern) if path.is_file())


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LIMIT_BYTES + 1)


def _read_agent(path: Path, notes: list[AgentNote]) -> AgentDefinition | None:
    try:
        read = parse_agent(_content(path), path)
    except OSError as error:
        notes.append(AgentNote(path=path, message=f"cannot be read: {error.strerror}", is_problem=True))
        return None
    notes += [AgentNote(path=path, message=message) for message in read.notes]
    if read.problem:
        notes.append(AgentNote(path=path, message=f"{read.problem}; it is not used", is_problem=True))
    return read.definition


def _read_skill(path: Path, notes: list[AgentNote]) -> SkillDefinition | None:
    said: list[str] = []
    try:
        content = _content(path)
    except OSError as error:
        notes.append(AgentNote(path=path, message=f"cannot be read: {error.strerror}", is_problem=True))
        return None
    if len(content) > LIMIT_BYTES:
        notes.append(
            AgentNote(path=path, message=f"is larger than {LIMIT_BYTES} bytes; it is not used", is_problem=True)
        )
        return None
    fields, body = split_front_matter(content.decode("utf-8", "replace"), said)
    notes += [AgentNote(path=path, message=message) for message in said]
    if not body:
        notes.append(AgentNote(path=path, message="has no body; it is not used", is_problem=True))
        return None
    name = _word(fields.get("name")) or path.parent.name
    return SkillDefinition(name=name, description=_word(fields.get("description"))[:500], path=path)


def _word(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str) else ""
