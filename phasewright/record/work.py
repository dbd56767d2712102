"""What an agent's tools read and wrote in a phase, and when, from its transcripts."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from phasewright.record.transcript import Transcripts

_READS = {"read_file": "path", "glob": "pattern", "grep": "pattern"}
_WRITES = frozenset({"write_file", "edit_file"})


class Work(NamedTuple):
    """What was looked at, in order, and when each file was last written by a file tool."""

    looked_at: tuple[str, ...]
    """`path`, or `tool pattern` for a search; each once."""
    written_at: dict[str, str]
    """Path → time, `2026-02-03T04:05:06Z`."""


def work_of(transcripts: Transcripts, phase: str) -> Work:
    """Return the work of all attempts at *phase*."""
    looked: dict[str, None] = {}
    written: dict[str, str] = {}
    for record in sorted(_tools(transcripts, phase), key=lambda record: str(record["at"])):
        name, asked = record["name"], record["input"]
        if (key := _READS.get(name)) and asked.get(key):
            looked[asked[key] if name == "read_file" else f"{name} {asked[key]}"] = None
        elif name in _WRITES and asked.get("path"):
            written[asked["path"]] = f"{str(record['at'])[:19]}Z"
    return Work(tuple(looked), written)


def _tools(transcripts: Transcripts, phase: str) -> Iterator[dict[str, Any]]:
    """Yield the calls that succeeded."""
    for conversation in transcripts.conversations():
        if unquote(conversation.split("/")[1]) == phase:
            yield from (
                record
                for record in transcripts.records(conversation)
                if record["type"] == "tool" and not record["is_error"]
            )
