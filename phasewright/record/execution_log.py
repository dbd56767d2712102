"""The logs that people read, under `.ai/logs/`: names, and entries that stay whole in their own run's section.

`YYYY-MM-DD.plan-execution-log.md` has one `## <plan> · <run>` section a run. Two runs may write it at once: an entry
is put at the end of its own section, whole, under a lock on the folder that leaves no file behind.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from phasewright.checkpoint.exchange import change_file
from phasewright.checkpoint.section import newline
from phasewright.errors import NotWritten


def execution_log(logs: Path, day: date) -> Path:
    """Return the path of the day's execution log; *day* is the run's start, local time."""
    return logs / f"{day.isoformat()}.plan-execution-log.md"


def details_log(logs: Path, day: date, plan: str, phase: str) -> Path:
    """Return the path of a phase's details: what sub-agents did, in full."""
    return logs / f"{day.isoformat()}.{_name(plan)}-phase-{_name(phase)}-details.md"


def design_log(logs: Path, day: date, plan: str, phase: str) -> Path:
    """Return the path of a design phase's own log."""
    return logs / f"{day.isoformat()}.{_name(plan)}-phase-{_name(phase)}-log.md"


def append_entry(log: Path, section: str, entry: str) -> None:
    """Put *entry* at the end of the log's section *section* ("<plan> · <run>"), which is made when it is not there.

    Headings of the entry are made to stand below the section's, and a fence left open is closed, so that no text
    of an agent's can end the section.

    Raises:
        NotWritten: with the cause.
    """
    title = " ".join(section.split())
    with _locked(log.parent):
        change_file(log, lambda text: with_entry(text, title, entry), create=True)


def append_text(log: Path, text: str) -> None:
    """Put *text* at the end of a details or design log. Raises NotWritten."""
    body = (text.rstrip("\n") + "\n").encode("utf-8", "replace")
    with _locked(log.parent):
        change_file(log, lambda old: old + (b"\n" if old else b"") + body, create=True)


def with_entry(text: bytes, title: str, entry: str) -> bytes:
    """Return the log's *text* with *entry* at the end of the section *title*."""
    end = newline(text)
    body = end.join(line.encode("utf-8", "replace") for line in contained(entry).split("\n")) + end
    heading = b"## " + title.encode("utf-8", "replace")
    if (place := _end_of_section(text, heading)) is None:
        gap = b"" if not text else end if text.endswith(b"\n") else end * 2
        return text + gap + heading + end * 2 + body
    kept, rest = text[:place].rstrip(b"\r\n"), text[place:]
    return kept + end * 2 + body + (end + rest if rest else b"")


def _end_of_section(text: bytes, heading: bytes) -> int | None:
    """Return where the section's bytes end. Every entry is contained, so that lines say it: fences need no reading."""
    found, offset = False, 0
    for line in text.splitlines(keepends=True):
        if found and line.startswith(b"## "):
            return offset
        found = found or line.rstrip(b"\r\n") == heading
        offset += len(line)
    return len(text) if found else None


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HIGH_HEADING = re.compile(r"( {0,3})(#{1,2})([ \t].*|)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")


def contained(entry: str) -> str:
    """Return *entry* without anything that could end the section it stands in.

    >>> contained("# A\\n## B\\n```\\n## C")
    '### A\\n### B\\n```\\n ## C\\n```'
    """
    lines, mark = [], ""
    for line in entry.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n"):
        fence = _FENCE.fullmatch(line)
        if mark:
            mark = "" if fence and fence[1].startswith(mark) and not fence[2].strip() else mark
            lines.append(f" {line}" if line.startswith("## ") else line)
        elif fence and not (fence[1][0] == "`" and "`" in fence[2]):
            mark = fence[1]
            lines.append(line)
        else:
            heading = _HIGH_HEADING.fullmatch(line)
            lines.append(f"{heading[1]}###{heading[3]}" if heading else _no_underline(line, lines))
    return "\n".join([*lines, mark] if mark else lines)


def _no_underline(line: str, before: list[str]) -> str:
    """Return *line* so that it makes no heading of the line before it."""
    makes_heading = before and before[-1].strip() and _UNDERLINE.fullmatch(line)
    return f"\\{line.lstrip()}" if makes_heading else line


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; where a file system has none, go without."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise NotWritten(f"logs cannot be written under {str(folder)!r} ({error.strerror})") from error
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _name(text: str) -> str:
    """Return *text* as a part of a file name."""
    return re.sub(r"[^\w.+-]+", "-", text).strip("-.")[:120] or "unnamed"
