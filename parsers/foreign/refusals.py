"""Files that are no plan of ours, told apart by what they are, with what to do."""

import re
from collections.abc import Sequence
from pathlib import Path

from parsers.blocks import Block
from parsers.inline import plain
from parsers.notes import Notes
from parsers.source import Source

_PLAN_FILE = re.compile(r"^plan_file:\s*[\"']?(.+?)[\"']?\s*$", re.M)
_LOG_TITLE = re.compile(r"^(?:plan execution|execution log|execution of)\b", re.I)
_REVIEW_TITLE = re.compile(r"\breview\b.*\b(?:summary|report|findings)\b|\b(?:consolidated|code|plan) review\b", re.I)
_PLAN_FIELD = re.compile(r"^\*\*Plan(?: file)?:?\*\*:?\s*`?([^`\s]+\.md)`?", re.M | re.I)
_SHOWN_HEADINGS = 8
_GSD = re.compile(r"^<(?:objective|tasks|execution_context)>", re.M)
_EXEC_PLAN = re.compile(
    r"^#{1,3} (?:Surprises(?: & Discoveries)?|Decision Log|Outcomes(?: & Retrospective)?|Plan of Work)\b", re.M
)
_EXEC_PLAN_SECTIONS = 2
_REWRITE = "write its work as '### Phase N: NAME' with Files, Dependencies and Acceptance Criteria"


def refuse_whole(source: Source, path: Path, notes: Notes) -> bool:
    """Return True, with the cause in *notes*, for a file that must not be read as a plan whatever it holds."""
    text = "\n".join(source.original)
    stripped = text.lstrip()
    if not stripped:
        notes.add("not-a-plan", "the file is empty", hint="phasewright init writes a template")
        return True
    if path.suffix.casefold() == ".json" or stripped.startswith(("{", "[{")):
        return _refuse_json(stripped, notes)
    named = _PLAN_FILE.search(source.front_matter or "")
    if named:
        message = f"this is the execution log of {named[1]!r}, not a plan"
        line = next(i for i, text in enumerate(source.original, 1) if text.startswith("plan_file:"))
        notes.add("not-a-plan", message, line, hint=f"run {named[1]}")
        return True
    title = next((line[2:].strip() for line in source.lines if line.startswith("# ")), "")
    if _LOG_TITLE.match(plain(title)):
        notes.add("not-a-plan", f"this is an execution log ({title!r}), not a plan", _title_line(source))
        return True
    return False


def _title_line(source: Source) -> int:
    return next((i for i, line in enumerate(source.lines, 1) if line.startswith("# ")), 1)


def _refuse_json(text: str, notes: Notes) -> bool:
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    holds_tasks = isinstance(value, dict) and (
        "tasks" in value or any(isinstance(tag, dict) and "tasks" in tag for tag in value.values())
    )
    if holds_tasks:
        hint = "write each task as '### Phase N: title' with a Dependencies field"
        notes.add("foreign-format", "this is a task-master tasks.json, which names no files and no tests", hint=hint)
    else:
        notes.add("not-a-plan", "the file is JSON, not a markdown plan")
    return True


def explain_no_phases(source: Source, blocks: Sequence[Block], notes: Notes) -> None:
    """Say why a file without phases is none that can be run: what it is, or which headings were seen."""
    text = "\n".join(source.lines)
    title = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), "")
    reviewed = _PLAN_FIELD.search(text)
    if _REVIEW_TITLE.search(plain(title)):
        of = f" of {reviewed[1]!r}" if reviewed else ""
        notes.add("not-a-plan", f"this is a review{of}, not a plan: no heading defines a phase", _title_line(source))
        return
    foreign = _foreign(source, title, text)
    if foreign:
        notes.add("foreign-format", foreign[0], 1, hint=foreign[1])
        return
    seen = [plain(block.text) for block in blocks if block.kind == "heading"]
    listed = ", ".join(repr(name[:40]) for name in seen[:_SHOWN_HEADINGS]) + (
        ", …" if len(seen) > _SHOWN_HEADINGS else ""
    )
    message = f"no heading 'Phase N: NAME' was found; headings seen: {listed}" if seen else "no heading was found"
    hint = "write each phase as '### Phase 1: NAME'; the colon counts"
    if any(re.match(r"^Step \d+\s*:", name) for name in seen):
        hint = "rename 'Step N: NAME' to 'Phase N: NAME' if the steps are phases"
    notes.add("no-phases", message, 1, hint=hint)


def _foreign(source: Source, title: str, text: str) -> tuple[str, str] | None:
    """Return (what the file is, what to do) for another tool's file that cannot be run."""
    front = source.front_matter or ""
    if _GSD.search(text) and re.search(r"^(?:phase|plan|wave):", front, re.M):
        return "this is a GSD plan, whose tasks are XML", f"run its ROADMAP.md, or {_REWRITE}"
    if re.match(r"^Story \d+\.\d+", plain(title)):
        return "this is a BMAD story: one of many files, with no files and no tests to run", _REWRITE
    if re.search(r"^todos:", front, re.M):
        return "this is a Cursor plan: its to-dos name no files and no tests", _REWRITE
    if len(set(_EXEC_PLAN.findall(text))) >= _EXEC_PLAN_SECTIONS:
        return "this is an ExecPlan, a document in prose", _REWRITE
    return None
