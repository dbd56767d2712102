"""What the labels of the dialects mean: bold fields, property table, inline pipes, sub-headings and other tools' own.

Labels are matched whole, never by prefix: "Dependencies" names phases, "Dependencies to add" names crates, and
"File Size Limits" neither (survey 8, 9).
"""

import re
from typing import Literal

Key = Literal[
    "owner",
    "depends",
    "blast",
    "goal",
    "deliverables",
    "criteria",
    "files",
    "create",
    "modify",
    "either",
    "delete",
    "move",
    "crates",
    "status",
    "kind",
    "timeout",
    "retries",
    "repair",
    "tests",
    "parallel",
    "checklist",
    "other",
]

_MEANINGS: dict[Key, str] = {
    "owner": "principal owner, owner, agent, subagent, sub-agent, assignee, assigned to, assigned agent",
    "depends": "dependencies, dependency, deps, depends on, blocked by, phase dependencies",
    "blast": "blast radius",
    "goal": "goal, objective, purpose, aim",
    "deliverables": "deliverables, deliver, tasks, research tasks",
    "criteria": "acceptance criteria, acceptance, pass when, success criteria, done when, definition of done, "
    "exit criteria, independent test, verification criteria",
    "files": "files, file",
    "create": "files to create, file to create, new files, files to add, files created",
    "modify": "files to modify, file to modify, files to update, files to edit, files to change, files to touch, "
    "files to search & update, files to search and update, modified files",
    "either": "files to create/modify, files to modify/create, files to create or modify, files to create and modify, "
    "files to create / modify, files to modify or create, files to add/modify",
    "delete": "files to delete, files to remove, deleted files",
    "move": "files to move, files to rename, files to move/rename",
    "crates": "dependencies to add, new dependencies, dependencies to add/update, crates to add, new crates, "
    "crate dependencies, cargo dependencies, dependencies to install, dev-dependencies to add",
    "status": "status",
    "kind": "type, phase type, kind",
    "timeout": "timeout, phase timeout",
    "retries": "retries",
    "repair": "repair rounds",
    "tests": "tests to change, tests to modify, tests to remove, tests to update",
    "parallel": "parallelizable, parallel, can run in parallel with",
    "other": "technical details, implementation details, implementation, implementation notes, technical approach, "
    "test plan, testing, testing strategy, tests, unit tests, manual testing, if failed, "
    "rollback, notes, note, risks, risk, skills, required skills, suggested skills, complexity, estimated duration, "
    "estimated effort, effort, duration, priority, coverage target, tdd approach, background, context, approach, "
    "key files, open questions, verification, verification steps, pre-requisite, prerequisites, changes required, "
    "command, commands, tests to add, tests to add/verify, design decisions, review notes, output, handoff, "
    "requirements, checkpoint, implementation note",
    "checklist": "test coverage, manual test checklist, manual verification checklist, checklist, "
    "code review checklist, review checklist, parallel work, sequential work, planning process",
}
_KEYS: dict[str, Key] = {name.strip(): key for key, names in _MEANINGS.items() for name in names.split(",")}
_HEADING_KEYS: frozenset[Key] = frozenset(
    [
        *("depends", "blast", "goal", "deliverables", "criteria", "files", "create", "modify", "either", "delete"),
        *("move", "crates", "tests", "other"),
    ]
)
_PARENTHESES = re.compile(r"\s*\([^)]*\)\s*$")


def key_of(label: str) -> Key | None:
    """Return what a bold label or a table's property means; None for one that means nothing to us."""
    return _KEYS.get(_PARENTHESES.sub("", label.strip().strip("*_`:").strip()).strip().casefold())


def key_of_heading(text: str) -> Key | None:
    """Return what a sub-heading of a phase means."""
    key = key_of(text.rstrip(":"))
    if key is None and text.strip().rstrip(":").casefold() == "overview":
        return "goal"
    return key if key in _HEADING_KEYS else None
