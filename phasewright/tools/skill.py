"""`skill`: guidance of the repository, given when it is asked for. Each skill is given once a conversation."""

import re
from collections.abc import Sequence

from pydantic import Field

from phasewright.agent.definition import SkillDefinition
from phasewright.tools.tool import Tool, ToolFailed, ToolInput

LIMIT_CHARACTERS = 30_000
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n.*?^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


class SkillInput(ToolInput):
    name: str = Field(min_length=1, description="Name of the skill, as listed.")


def skill_tool(skills: Sequence[SkillDefinition], already: Sequence[str] = ()) -> Tool:
    """Return the tool for one conversation; *already* names the skills that stand in its prompt."""
    given = {skill.name for name in already if (skill := find_skill(skills, name))}

    async def run(asked: SkillInput) -> str:
        skill = find_skill(skills, asked.name)
        if skill is None:
            known = ", ".join(skill.name for skill in skills) or "none"
            raise ToolFailed(f"no skill {asked.name!r}; there are: {known}")
        if skill.name in given:
            return f"The skill {skill.name!r} stands above in this conversation already."
        text = skill_text(skill)
        given.add(skill.name)
        return text

    return Tool("skill", "Read a skill: guidance that this repository keeps for a kind of work.", SkillInput, run)


def find_skill(skills: Sequence[SkillDefinition], name: str) -> SkillDefinition | None:
    """Return the skill of that name, ignoring case, and a leading slash."""
    wanted = name.strip().removeprefix("/").casefold()
    return next((skill for skill in skills if skill.name.casefold() == wanted), None)


def skill_text(skill: SkillDefinition) -> str:
    """Return the skill's text without its front matter.

    Raises:
        ToolFailed: the file cannot be read any more.
    """
    try:
        with skill.path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(LIMIT_CHARACTERS + 1)
    except OSError as error:
        raise ToolFailed(f"the skill {skill.name!r} cannot be read: {error.strerror}") from error
    cut = "\n[cut]" if len(text) > LIMIT_CHARACTERS else ""
    return _FRONT_MATTER.sub("", text[:LIMIT_CHARACTERS], count=1).strip() + cut


def skill_list(skills: Sequence[SkillDefinition]) -> str:
    """Return what an agent is told of the skills from the start: names and descriptions."""
    lines = [f"- {skill.name}: {skill.description or 'no description'}" for skill in skills]
    return "Skills (read one with the skill tool when its description fits your task):\n" + "\n".join(lines)
