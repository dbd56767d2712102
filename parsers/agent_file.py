"""Agent files (`.claude/agents/*.md`): front matter and a body in, a definition out. Kinder than YAML, never mute."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from phasewright.agent.definition import SUB_AGENT_TOOLS, AgentDefinition
from phasewright.model_names import resolve_model

LIMIT_BYTES = 256_000
FRONT_MATTER_LIMIT = 64_000
EFFORTS = frozenset({"low", "medium", "high", "xhigh", "max"})

_FENCE = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)(.*)\Z", re.DOTALL | re.MULTILINE)
_PLAIN_VALUE = re.compile(r"^([A-Za-z][\w-]*):[ \t]+(?!['\"|>\[{])(.*\S)[ \t]*$")
_NEEDS_QUOTES = re.compile(r"[\[\]{}*&#!|>%@`]|: ")
_TOOL_NAMES = {
    "bash": ("bash",),
    "read": ("read_file",),
    "ls": ("glob",),
    "write": ("write_file",),
    "edit": ("edit_file",),
    "multiedit": ("edit_file",),
    "glob": ("glob",),
    "grep": ("grep",),
    "skill": ("skill",),
    "*": SUB_AGENT_TOOLS,
    **{name: (name,) for name in SUB_AGENT_TOOLS},
}
"""Names that agent files use, lower case → tools that agents have here."""
_KNOWN_KEYS = frozenset({"name", "description", "model", "tools", "disallowedTools", "effort", "maxTurns", "skills"})


class ReadAgent(NamedTuple):
    """A definition, or None with the problem that keeps it from being one; and what its author should know."""

    definition: AgentDefinition | None
    problem: str | None
    notes: tuple[str, ...]


def parse_agent(content: bytes, path: Path) -> ReadAgent:
    """Return the agent that *content* defines. Never raises for content."""
    if len(content) > LIMIT_BYTES:
        return ReadAgent(None, f"is larger than {LIMIT_BYTES} bytes", ())
    notes: list[str] = []
    if b"\0" in content:
        return ReadAgent(None, "is binary", ())
    fields, body = split_front_matter(content.decode("utf-8", "replace"), notes)
    if not body:
        return ReadAgent(None, "has no body, so there is nothing to tell the agent", tuple(notes))
    tools = _tools(fields, notes)
    if not tools:
        return ReadAgent(None, "allows only tools that do not exist here", tuple(notes))
    model, warning = resolve_model(_text(fields.get("model")))
    if warning:
        notes.append(warning)
    if unknown := sorted(str(key) for key in fields if key not in _KNOWN_KEYS):
        notes.append(f"keys without a meaning here: {', '.join(unknown)}")
    definition = AgentDefinition(
        name=_name(_text(fields.get("name")) or path.stem),
        description=" ".join((_text(fields.get("description")) or "").split())[:1000],
        prompt=body,
        model=model,
        effort=_effort(fields.get("effort"), notes),
        max_turns=_max_turns(fields.get("maxTurns"), notes),
        tools=tools,
        skills=tuple(_names(fields.get("skills"))),
        path=path,
    )
    return ReadAgent(definition, None, tuple(notes))


def split_front_matter(text: str, notes: list[str]) -> tuple[dict[str, Any], str]:
    """Return the front matter's fields and the body. Front matter that cannot be read counts as none, with a note."""
    match = _FENCE.match(text)
    if match is None:
        return {}, text.lstrip("\ufeff").strip()
    front, body = match.groups()
    if len(front) > FRONT_MATTER_LIMIT:
        notes.append(f"front matter longer than {FRONT_MATTER_LIMIT} characters is not read")
        return {}, body.strip()
    for candidate in (front, _quoted(front)):
        try:
            fields = yaml.safe_load(candidate)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        if isinstance(fields, dict):
            return {str(key): value for key, value in fields.items()}, body.strip()
        if fields is None:
            return {}, body.strip()
    notes.append("front matter is not YAML and is not read")
    return {}, body.strip()


def _quoted(front: str) -> str:
    """Return *front* with values quoted that YAML would trip over, as other readers of these files do."""
    return "\n".join(_quoted_line(line) for line in front.replace("\t", "  ").splitlines())


def _quoted_line(line: str) -> str:
    match = _PLAIN_VALUE.match(line)
    if match is None or not _NEEDS_QUOTES.search(match[2]):
        return line
    return f"{match[1]}: '" + match[2].replace("'", "''") + "'"


def _tools(fields: dict[str, Any], notes: list[str]) -> tuple[str, ...]:
    asked = _names(fields.get("tools"))
    if not asked:
        barred = {tool for name in _names(fields.get("disallowedTools")) for tool in _TOOL_NAMES.get(_key(name), ())}
        return tuple(tool for tool in SUB_AGENT_TOOLS if tool not in barred)
    if unknown := [name for name in asked if _key(name) not in _TOOL_NAMES]:
        notes.append(f"tools that do not exist here: {', '.join(unknown)}")
    wanted = {tool for name in asked for tool in _TOOL_NAMES.get(_key(name), ())}
    return tuple(tool for tool in SUB_AGENT_TOOLS if tool in wanted)


def _key(tool: str) -> str:
    return tool.split("(", 1)[0].strip().casefold()


def _names(value: Any) -> list[str]:
    """Return a list that was written as one, or as text with commas outside of parentheses."""
    if isinstance(value, list):
        return [str(item).strip() for item in value if str(item).strip()]
    if not isinstance(value, str):
        return []
    return [part.strip() for part in re.split(r",(?![^()]*\))", value) if part.strip()]


def _text(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _name(text: str) -> str:
    return "-".join(re.sub(r"[^\w.-]+", " ", text).split())[:100] or "agent"


def _effort(value: Any, notes: list[str]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and value in EFFORTS:
        return value
    notes.append(f"effort {value!r} is none of {', '.join(sorted(EFFORTS))}")
    return None


def _max_turns(value: Any, notes: list[str]) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    notes.append(f"maxTurns {value!r} is no number of turns")
    return None
