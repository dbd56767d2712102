"""Design phases make documents and skeletons: the documents must say something, and hold together."""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from phasewright.gate.change import Change, normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.plan import PhaseKind
from phasewright.result import Finding

_FEW_WORDS = 40
_DOCUMENT = (".md", ".markdown", ".adoc", ".rst", ".txt")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_PLACEHOLDER = re.compile(
    r"\b(TBD|TODO|FIXME|XXX|to be (decided|defined|determined|written|done|filled( in)?|added|completed|described)"
    r"|lorem ipsum|placeholder|coming soon|fill (this|me) in)\b"
    r"|\[(describe|insert|add|fill|explain|list|state|your|what|why|how|who|name|date|title)\b[^\]\n]*\](?!\()",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<!--.*?-->|\A---\n.*?\n---\n", re.DOTALL)
"""What a reader of the rendered document does not see."""
_ADR = re.compile(r"(^|/|-|_)adrs?(/|-|_|\.|$|\d)", re.IGNORECASE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_MERMAID = re.compile(
    r"^(graph|flowchart|sequenceDiagram|classDiagram|stateDiagram(-v2)?|erDiagram|gantt|pie|journey|gitGraph|mindmap"
    r"|timeline|quadrantChart|requirementDiagram|C4\w+|sankey(-beta)?|xychart-beta|block-beta|packet-beta|architecture-beta"
    r"|kanban|radar-beta|zenuml|---|%%)"
)


class Section(NamedTuple):
    """A part of a document under one heading."""

    level: int
    title: str
    line: int
    body: str


def check_design(facts: GateFacts) -> Iterator[Finding]:
    """Yield what promised documents lack."""
    if facts.phase.kind != PhaseKind.DESIGN:
        return
    files = facts.phase.files
    for path in map(normal_path, (*files.create, *files.modify)):
        text = facts.change.text_after(path)
        if text and text.strip() and path.endswith(_DOCUMENT):
            yield from check_document(path, text, facts.change)


def check_document(path: str, text: str, change: Change) -> Iterator[Finding]:
    """Yield what one document lacks. Pure."""
    parts = read_sections(_HIDDEN.sub(lambda hidden: "\n" * hidden.group().count("\n"), text))
    prose = "\n".join(part.body for part in parts)
    words = len([word for line in _said(prose) for word in line.split()])
    if not prose.strip():
        yield finding("file-empty", "the document has headings and no text", path=path)
    elif words < _FEW_WORDS and _PLACEHOLDER.search(prose):
        yield finding("design-placeholder", "the document is little more than placeholders", path=path)
    elif words < _FEW_WORDS:
        yield finding("design-thin", f"the document has only {words} words of text", path=path)
    hollow = words < _FEW_WORDS and _PLACEHOLDER.search(prose)
    for part in parts if not hollow else ():
        if part.level and part.body.strip() and not _said(part.body):
            said = f"the part {part.title!r} is a placeholder"
            yield finding("design-placeholder", said, path=path, line=part.line)
    if _ADR.search(path):
        yield from _record(path, parts)
    yield from _links(path, text, change)
    yield from _diagrams(path, text)


def read_sections(text: str) -> list[Section]:
    """Return the parts of a document; what stands before the first heading has level 0."""
    parts: list[Section] = []
    level, title, line, body, fenced = 0, "", 1, [], False
    for number, row in enumerate(text.splitlines(), 1):
        fenced ^= row.lstrip().startswith(("```", "~~~"))
        heading = None if fenced else _HEADING.match(row)
        if heading is None:
            body.append(row)
            continue
        parts.append(Section(level, title, line, "\n".join(body)))
        level, title, line, body = len(heading[1]), heading[2], number, []
    parts.append(Section(level, title, line, "\n".join(body)))
    return parts


def _said(body: str) -> list[str]:
    """Return the lines that say something: no placeholders, rules, front matter."""
    lines = [re.sub(r"^[\s>*+\-|\d.]+", "", line).strip() for line in body.splitlines()]
    return [line for line in lines if line and not _PLACEHOLDER.search(line) and re.search(r"\w", line)]


def _record(path: str, parts: list[Section]) -> Iterator[Finding]:
    """A decision record has a status and a decision (Nygard's form)."""
    text = "\n".join(f"{part.title}\n{part.body}" for part in parts)
    for word in ("status", "decision"):
        part = next((one for one in parts if re.search(rf"\b{word}\b", one.title, re.IGNORECASE)), None)
        inline = re.search(rf"^\W*{word}\W*:\W*\w+", text, re.IGNORECASE | re.MULTILINE)
        if not inline and (part is None or not _said(part.body)):
            yield finding(
                "design-incomplete", f"a decision record needs its {word}", path=path, line=part.line if part else None
            )


def _links(path: str, text: str, change: Change) -> Iterator[Finding]:
    for number, row in enumerate(text.splitlines(), 1):
        for target in _LINK.findall(row):
            name = target.partition("#")[0]
            if not name or re.match(r"[a-z][a-z0-9+.\-]*:|//", name, re.IGNORECASE):
                continue
            place = name.lstrip("/") if name.startswith("/") else posixpath.join(posixpath.dirname(path), name)
            place = posixpath.normpath(place)
            if place not in change.head and not any(one.startswith(f"{place}/") for one in change.head):
                yield finding("link-broken", f"the link to {name} leads nowhere", path=path, line=number)


def _diagrams(path: str, text: str) -> Iterator[Finding]:
    for fence in re.finditer(r"^```mermaid[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        first = next((line.strip() for line in fence[1].splitlines() if line.strip()), "")
        if not _MERMAID.match(first):
            line = text.count("\n", 0, fence.start()) + 1
            yield finding("diagram-broken", f"a mermaid diagram cannot start with {first[:40]!r}", path=path, line=line)
