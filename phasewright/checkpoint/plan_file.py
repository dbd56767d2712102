"""What phasewright writes in a plan file: checkpoints, the status, the summary. Every other byte stays.

    ## Execution Checkpoints

    ```yaml
    - phase_1:
        status: complete
        completed_at: 2025-12-19T14:30:00Z
        artifacts: [lib/src/feature.rs, lib/tests/feature_tests.rs]
    ```

The list is a projection for people, and the fallback when the storage of results is gone; entries of phases that are
not written now stay as they are, and so does whatever else somebody wrote in the section.
"""

import logging
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from phasewright.checkpoint.entry import Checkpoint, CheckpointStatus, checkpoint_of, render_checkpoint
from phasewright.checkpoint.exchange import change_file, recover_file
from phasewright.checkpoint.limited_yaml import Value, YamlLimits, YamlRefused, load_yaml
from phasewright.checkpoint.section import Line, Span, append_section, lines, newline, section
from phasewright.checkpoint.status_line import with_status

__all__ = [
    "Checkpoint",
    "CheckpointStatus",
    "checkpoint_of",
    "read_checkpoints",
    "recover",
    "set_status",
    "write_checkpoints",
    "write_summary",
]

_logger = logging.getLogger(__name__)
CHECKPOINTS = b"Execution Checkpoints"
SUMMARY = b"Implementation Summary"
_SUMMARY_BEGINS = b"**Completed:**"
_LIMITS = YamlLimits(size_bytes=2_000_000, parts=100_000)
_ENTRY = re.compile(rb"-[ \t]+[\"']?(phase_[^:\"']+)[\"']?[ \t]*:[ \t]*")


def write_checkpoints(plan: Path, entries: Sequence[Checkpoint]) -> None:
    """Put *entries* into the plan's section, each in the place of its phase's old one or at the end.

    Raises:
        NotWritten: the file cannot be written, or a fence in it is never closed.
    """
    change_file(plan, lambda text: with_checkpoints(text, entries))


def set_status(plan: Path, status: str) -> None:
    """Make *status* the plan's status, where its status stands. Raises NotWritten."""
    change_file(plan, lambda text: with_status(text, status.encode()))


def write_summary(plan: Path, summary: str) -> None:
    """Make *summary* the plan's Implementation Summary. It begins with `**Completed:**`; an older one of that form
    is replaced, anything else under that heading stays above it. Raises NotWritten."""
    change_file(plan, lambda text: with_summary(text, summary))


def recover(plan: Path) -> list[Path]:
    """Clear away what a crash left beside *plan*; return where a save of the user's was put, if one was found."""
    return recover_file(plan.resolve())


def read_checkpoints(text: str | bytes) -> tuple[Checkpoint, ...]:
    """Return the entries under `## Execution Checkpoints`, with or without a fence; the last one of a phase counts.

    What cannot be read is left out, with a warning in the log: nothing is believed on an entry's word alone.

    Raises:
        NotWritten: the plan has two such sections, or a fence that is never closed.
    """
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    body = section(content, CHECKPOINTS)
    listed = _list_span(content, body) if body else None
    if listed is None:
        return ()
    found: dict[str, Checkpoint] = {}
    for block in _blocks(content[listed.start : listed.end])[1:]:
        if entry := _read_block(block):
            found[entry.phase.casefold()] = entry
    return tuple(found.values())


def with_checkpoints(text: bytes, entries: Sequence[Checkpoint]) -> bytes:
    """Return *text* with *entries* in its section."""
    end = newline(text)
    blocks = {
        b"phase_" + e.phase.encode(): b"".join(_encoded(line) + end for line in render_checkpoint(e)) for e in entries
    }
    body = section(text, CHECKPOINTS)
    if body is None:
        listing = b"".join(blocks.values())
        return append_section(text, CHECKPOINTS, b"```yaml" + end + listing + b"```" + end)
    listed = _list_span(text, body)
    if listed is None:
        return _with_list(text, body, b"".join(blocks.values()), end)
    old = _blocks(text[listed.start : listed.end])
    kept = [blocks.pop(name, block) if (name := _name(block)) else block for block in old]
    joined = b"".join(kept)
    gap = end if blocks and joined and not joined.endswith((b"\n", b"\r")) else b""
    return text[: listed.start] + joined + gap + b"".join(blocks.values()) + text[listed.end :]


def with_summary(text: bytes, summary: str) -> bytes:
    """Return *text* with *summary* in its section."""
    end = newline(text)
    ours = b"".join(_encoded(line) + end for line in summary.strip().split("\n"))
    body = section(text, SUMMARY)
    if body is None:
        return append_section(text, SUMMARY, ours)
    old = next((ln.start for ln in _body_lines(text, body) if ln.text.startswith(_SUMMARY_BEGINS)), None)
    kept = text[body.start : body.end if old is None else old].rstrip(b"\r\n \t")
    head = text[: body.start] if text[: body.start].endswith((b"\n", b"\r")) else text[: body.start] + end
    rest = text[body.end :]
    return head + kept + (end * 2 if kept else end) + ours + (end + rest if rest else b"")


def _body_lines(text: bytes, body: Span) -> list[Line]:
    return [line for line in lines(text) if body.start <= line.start < body.end]


def _list_span(text: bytes, body: Span) -> Span | None:
    """Return the lines of the list: inside the section's first fence, or from the first entry on, unfenced."""
    inside = _body_lines(text, body)
    opening = next((n for n, line in enumerate(inside) if line.fence == "opens"), None)
    if opening is not None:
        closing = next(line for line in inside[opening:] if line.fence == "closes")
        return Span(inside[opening].end, closing.start)
    first = next((n for n, line in enumerate(inside) if _ENTRY.match(line.text)), None)
    if first is None:
        return None
    end = first
    for n, line in enumerate(inside[first:], first):
        if line.text.strip() and not line.text.startswith((b" ", b"\t", b"-")):
            break
        end = n if line.text.strip() else end
    return Span(inside[first].start, inside[end].end)


def _with_list(text: bytes, body: Span, listing: bytes, end: bytes) -> bytes:
    """Put a fence with *listing* at the end of a section that has none."""
    kept = text[body.start : body.end].rstrip(b"\r\n \t")
    head = text[: body.start] if text[: body.start].endswith((b"\n", b"\r")) else text[: body.start] + end
    fenced = b"```yaml" + end + listing + b"```" + end
    rest = text[body.end :]
    return head + kept + (end * 2 if kept else end) + fenced + (end + rest if rest else b"")


def _blocks(listing: bytes) -> list[bytes]:
    """Split the list before each entry; the first block is what stands before any."""
    blocks = [b""]
    for line in listing.splitlines(keepends=True):
        if _ENTRY.match(line):
            blocks.append(line)
        else:
            blocks[-1] += line
    return blocks


def _name(block: bytes) -> bytes | None:
    found = _ENTRY.match(block)
    return found[1].strip() if found else None


def _read_block(block: bytes) -> Checkpoint | None:
    text = block.decode("utf-8", "replace")
    try:
        listed = load_yaml(text, _LIMITS)
        if not (isinstance(listed, list) and isinstance(listed[0], dict)):
            raise ValueError("not an entry")
        (name, fields), *_ = listed[0].items()
        return _checkpoint(name.removeprefix("phase_"), fields)
    except (YamlRefused, ValueError) as problem:
        _logger.warning("a checkpoint cannot be read (%s): %r", problem, text.splitlines()[0][:80])
        return None


def _checkpoint(phase: str, fields: Value) -> Checkpoint:
    if not isinstance(fields, dict):
        raise ValueError("no fields")
    ended = fields.get("completed_at") or fields.get("failed_at")
    artifacts = fields.get("artifacts")
    return Checkpoint(
        phase=phase,
        status=CheckpointStatus(str(fields.get("status")).lower()),
        ended_at=datetime.fromisoformat(str(ended)) if ended else None,
        artifacts=tuple(map(str, artifacts)) if isinstance(artifacts, list) else (),
        commit=_text(fields.get("commit")),
        key=_text(fields.get("key")),
        error=_text(fields.get("error")),
        last_successful_step=_text(fields.get("last_successful_step")),
    )


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _encoded(line: str) -> bytes:
    return line.encode("utf-8", "surrogateescape")
