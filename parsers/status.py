"""What a plan and its headings say of themselves: title, slug, status, complete and skipped phases."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from parsers.blocks import Block
from parsers.fields import Line
from parsers.inline import labels, plain
from phasewright.plan import PhaseState

if TYPE_CHECKING:
    from phasewright.checkpoint.limited_yaml import Value

_MARKS = r"[\s✅☑✔️⏭🚫❌⏸⚡🔄🚧*_`\"'\[\]~-]*"
_IMPLEMENTED = re.compile(rf"^{_MARKS}(?:implemented|completed)\b", re.I)
_READY = re.compile(rf"^{_MARKS}reviewed\s*[-–—]\s*ready for implementation\b", re.I)
_DONE = re.compile(rf"^{_MARKS}(?:complete|completed|done|implemented)\b(?!\s*[-–—/]?\s*\d+\s*%)", re.I)
_SKIPPED = re.compile(rf"^{_MARKS}(?:skip(?:ped)?|deferred|obsolete|not needed|won't do)\b", re.I)
_NAME_DONE = re.compile(
    r"(?:✅|☑|✔)\s*(?:\*\*)?(?:complete[d]?|done|implemented)?\W*$|[\[(](?:✅\s*)?(?:complete[d]?|done|implemented)[\])]\s*$|[-–—]\s*(?:complete[d]?|done)\W*$",
    re.I,
)
_PARTIAL = re.compile(r"\bpartial|\bin progress\b|\d+\s*%", re.I)
_NAME_SKIPPED = re.compile(
    r"^(?:⏭️?\s*)?(?:\*\*)?(?:\[|\()?skip(?:ped)?\b|[\[(](?:skip(?:ped)?|deferred|future)\b[^\])]*[\])]\s*$|⏭|[-–—]\s*skipped\W*$",
    re.I,
)
_NOT_A_TITLE = re.compile(r"^(?:planning process|plan|plan execution|implementation plan|untitled)$", re.I)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}[.\-_ ]+")
_FRONT_MATTER_BYTES = 64_000
_TOP_LEVEL_STATUS = re.compile(r"^status:[ \t]*(.+?)[ \t]*$", re.M)


class Status(NamedTuple):
    """A plan's status, verbatim, and its place."""

    text: str
    line: int
    column: int
    is_front_matter: bool = False

    @property
    def is_implemented(self) -> bool:
        """True when it starts, after marks, with implemented or completed."""
        return bool(_IMPLEMENTED.match(self.text))

    @property
    def is_ready(self) -> bool:
        """True for what nightly runs take."""
        if self.is_front_matter and self.text.strip().casefold() in ("ready", "reviewed"):
            return True
        return bool(_READY.match(self.text))


class FrontMatter(NamedTuple):
    """Front matter as far as it could be read."""

    values: "dict[str, Value]"
    problem: str | None = None
    line: int = 1
    """Where in the file the problem stands."""


def read_front_matter(text: str | None) -> FrontMatter:
    """Return front matter's values. Where it is no YAML, the status is still found at the beginning of a line."""
    if text is None:
        return FrontMatter({})
    # 50 ms that only plans with front matter pay.
    from phasewright.checkpoint.limited_yaml import YamlLimits, YamlRefused, load_yaml

    try:
        values = load_yaml(text, YamlLimits(size_bytes=_FRONT_MATTER_BYTES))
    except YamlRefused as refused:
        status = _TOP_LEVEL_STATUS.search(text)
        values = {"status": status[1].strip("\"'")} if status else {}
        return FrontMatter(values, refused.why, max(1, refused.line) + 1)
    return FrontMatter(values) if isinstance(values, dict) else FrontMatter({}, "it is no mapping" if values else None)


def read_status(front: FrontMatter, raw: str | None, head: Sequence[Line]) -> Status | None:
    """Return the first status before the first phase: front matter's, else the first bold field."""
    value = front.values.get("status")
    if isinstance(value, str) and value.strip():
        at = next((i for i, text in enumerate((raw or "").split("\n"), 2) if text.startswith("status:")), 2)
        return Status(value, at, 1, is_front_matter=True)
    for line in head:
        if line.kind in ("text", "item"):
            for label in labels(line.text if line.kind == "item" else " " * min(line.indent, 3) + line.text):
                if label.name.casefold() in ("status", "plan status") and label.value:
                    return Status(label.value, line.number, label.column + 1)
    return None


def read_title(blocks: Sequence[Block], slug: str, before: int) -> str:
    """Return the first level-1 heading that is a title, else the slug."""
    for block in blocks:
        if block.kind == "heading" and block.level == 1 and block.first < before:
            title = block.text.strip()
            if title and not _NOT_A_TITLE.match(plain(title)):
                return title
    return slug


def slug_of(path: Path) -> str:
    """Return a plan's short name from its file's, fit for a branch: no date, no `plan-for-`."""
    name = _DATE.sub("", path.name.removesuffix(".md").removesuffix(".markdown")).removeprefix("plan-for-")
    name = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII)
    name = re.sub(r"\.{2,}|\.lock$|^[.-]+|[.-]+$", lambda m: "-" if m[0].startswith("..") else "", name)
    return name.strip("-.")[:100] or "plan"


def heading_state(name: str, status: str | None) -> PhaseState:
    """Return what a phase's heading, or the status right below it, says."""
    if _NAME_SKIPPED.search(name):
        return PhaseState.SKIPPED
    if _NAME_DONE.search(name) and not _PARTIAL.search(name):
        return PhaseState.COMPLETE
    if status and _SKIPPED.match(status):
        return PhaseState.SKIPPED
    if status and _DONE.match(status) and not _PARTIAL.search(status):
        return PhaseState.COMPLETE
    return PhaseState.PENDING
