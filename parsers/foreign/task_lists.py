"""Plans of other tools that are lists of tasks: OpenSpec, Kiro, spec-kit, superpowers, HumanLayer.

Only the first two have phases of another shape than ours; the others are recognised by what stands in theirs.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parsers.blocks import Block
from parsers.fields import Field, Line
from parsers.files import PathMention
from parsers.paths import has_extension, is_path_like
from parsers.sections import PhaseHeading

_SECTION = re.compile(r"^(\d{1,4})\.\s+(\S.*)$")
_OPENSPEC_TASK = re.compile(r"^\[[ xX]\]\s+\d{1,4}\.\d{1,4}\s")
_KIRO_TASK = re.compile(r"^\[([ xX~-])\]\*?\s+(\d{1,4})\.\s+(\S.*)$")
_SPEC_KIT_TASK = re.compile(r"^\[[ xX]\]\s+T\d{3}\b")
_OPTIONAL = re.compile(r"^(\[[ xX]\])\*\s+")
_STEP = re.compile(r"^\[[ xX]\]\s+\*\*Step \d+")
_CREATES = re.compile(r"\b(?:create|implement|write|add|build|generate)\b", re.I)
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*\.?|T\d{3})\s+(?:\[\w+\]\s+)*(?:\(P\)\s+)?")


class ForeignPlan(NamedTuple):
    """A plan of another tool. `phases` are given where they are not ours in shape."""

    tool: str
    phases: tuple[PhaseHeading, ...] = ()


def recognise(blocks: Sequence[Block], lines: Sequence[Line], phases: Sequence[PhaseHeading]) -> ForeignPlan | None:
    """Return which tool the plan was written for, None for one of ours."""
    items = [line for line in lines if line.kind == "item"]
    if not phases:
        return _openspec(blocks, items, lines) or _kiro(items, lines)
    if any(_SPEC_KIT_TASK.match(item.text) for item in items):
        return ForeignPlan("spec-kit")
    heading = next((block for block in blocks if block.first == phases[0].line), None)
    if heading is not None and heading.text.casefold().startswith("task") and any(_STEP.match(i.text) for i in items):
        return ForeignPlan("superpowers")
    if any(block.kind == "heading" and block.text.startswith("Changes Required") for block in blocks):
        return ForeignPlan("HumanLayer create_plan")
    return None


def _openspec(blocks: Sequence[Block], items: Sequence[Line], lines: Sequence[Line]) -> ForeignPlan | None:
    """`## 1. Section` with `- [ ] 1.1 Task` below."""
    if not any(_OPENSPEC_TASK.match(item.text) for item in items):
        return None
    found = []
    headings = [block for block in blocks if block.kind == "heading" and block.level <= 2]
    if not headings:
        return None
    last = lines[-1].number
    for heading, end in zip(headings, [*(b.first - 1 for b in headings[1:]), last], strict=True):
        match = _SECTION.match(heading.text)
        if match:
            found.append(PhaseHeading(match[1], match[2], heading.first, heading.level, end))
    return ForeignPlan("OpenSpec", tuple(found)) if found else None


def _kiro(items: Sequence[Line], lines: Sequence[Line]) -> ForeignPlan | None:
    """`- [ ] 1. Title` with `- [ ] 1.1 Task` below; the phase's own box tells whether it is done."""
    starts = [(item, match) for item in items if item.indent == 0 and (match := _KIRO_TASK.match(item.text))]
    if not starts:
        return None
    headings = [line.number for line in lines if line.kind == "heading"]
    ends = [*(item.number - 1 for item, _ in starts[1:]), lines[-1].number]
    found = []
    for (item, match), end in zip(starts, ends, strict=True):
        stop = next((number - 1 for number in headings if item.number < number <= end), end)
        remark = "[x]" if match[1] in "xX" else ""
        found.append(PhaseHeading(match[2], match[3], item.number, 6, stop, remark))
    return ForeignPlan("Kiro", tuple(found))


def as_tasks(fields: Sequence[Field]) -> list[Field]:
    """Return the fields with items that stand under no label taken for deliverables, without their numbers."""
    result: list[Field] = []
    for field in fields:
        items = [line for line in field.body if line.kind == "item"]
        if field.key is None and items:
            result.append(field._replace(key="deliverables", body=tuple(_tasks(field.body))))
        elif field.key in ("goal", "other") and any(item.box() for item in items):
            rest = tuple(line for line in field.body if line.kind != "item")
            result.append(field._replace(body=rest))
            result.append(field._replace(key="deliverables", value="", body=tuple(_tasks(items))))
        else:
            result.append(field)
    return result


def _tasks(body: Sequence[Line]) -> Iterator[Line]:
    least = min((line.indent for line in body if line.kind == "item"), default=0)
    for line in body:
        line = line._replace(text=_OPTIONAL.sub(r"\1 ", line.text))
        box = line.box()
        text = box[1] if box else line.text
        number = _NUMBERED.match(text)
        if box and number:
            text = f"[{'x' if box[0] else ' '}] {text[number.end() :]}"
        elif box:
            text = line.text
        if not text.startswith("_Requirements"):
            yield line._replace(text=text, indent=max(0, line.indent - least))


def task_files(fields: Sequence[Field]) -> list[PathMention]:
    """Return paths that spec-kit tasks name without backticks: "Create User model in src/models/user.py"."""
    found: dict[str, PathMention] = {}
    for field in fields:
        if field.key == "deliverables":
            for item in field.items():
                for word in re.finditer(r"[^\s`,()]+", item.text):
                    path = word[0].rstrip(".:;")
                    if "/" in path and is_path_like(path) and has_extension(path.rsplit("/", 1)[-1]):
                        is_new = bool(_CREATES.search(item.text[: word.start()]))
                        column = item.column + word.start()
                        mention = PathMention("create" if is_new else "modify", path, item.number, column)
                        found.setdefault(path, mention)
    return list(found.values())
