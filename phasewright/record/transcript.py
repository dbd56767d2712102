"""Transcripts: one JSONL file a conversation, each record flushed when it is written.

Kinds of records, in a conversation's order:

- `conversation`: versions, and what stays the same in all its requests (model, system, tools, schema);
- `request`: turn, digest of the whole request, and the messages that are new since the last one;
- `try`: one HTTP request: the whole reply verbatim, or the fault; usage with its price; the pause before the next;
- `tool`: a call's input, output and duration;
- `end`: reason (null: by itself), turns, usage.

A conversation can be asked again from these byte for byte: messages are only ever appended.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel

from phasewright.result import Usage


class Transcripts:
    """The transcripts of one run, in a private folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, conversation: str, record: Mapping[str, Any]) -> None:
        """Append *record*, with the time, to the conversation's file; it is in the file when this returns."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **record}, ensure_ascii=False)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        with os.fdopen(os.open(self.path(conversation), flags, 0o600), "wb") as file:
            file.write(line.encode("utf-8", "backslashreplace") + b"\n")

    def path(self, conversation: str) -> Path:
        """Return the conversation's file."""
        return self._folder / file_name(conversation)

    def conversations(self) -> list[str]:
        """Return the names of all conversations on record, sorted."""
        return sorted(first["fixed"]["conversation"] for path in self._files() for first in _first(path))

    def records(self, conversation: str) -> Iterator[dict[str, Any]]:
        """Yield a conversation's records. A last line cut by a crash is left out."""
        yield from _records(self.path(conversation))

    def costs(self) -> "list[ConversationCost]":
        """Return what each conversation cost so far, a running or crashed one included."""
        return [_cost(path) for path in self._files() if _first(path)]  # one cut in its first line has asked nothing

    def spent(self, phase: str | None = None) -> Usage:
        """Return what all conversations, or one phase's, cost so far: where a continued run's budget begins."""
        costs = [cost for cost in self.costs() if phase is None or cost.phase == phase]
        return sum((cost.usage for cost in costs), Usage())

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.jsonl"))


class ConversationCost(BaseModel, frozen=True):
    """One row of the cost table."""

    conversation: str
    phase: str
    agent: str
    model: str
    turns: int
    requests: int
    """HTTP requests, failed tries included."""
    usage: Usage


def file_name(conversation: str) -> str:
    """Return the file name of `<run>/<phase>/<attempt>/<agent>[/<n>]`.

    >>> file_name("20261125-020000-abcd/7a/1/rust-developer/2")
    'phase-7a_attempt-1_rust-developer_2.jsonl'
    """
    _, phase, attempt, *agent = conversation.split("/")
    return f"phase-{phase}_attempt-{attempt}_{'_'.join(agent)}.jsonl"


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            try:
                record = json.loads(line)
            except ValueError:
                return
            yield record


def _first(path: Path) -> list[dict[str, Any]]:
    return [record for record, _ in zip(_records(path), range(1), strict=False) if record["type"] == "conversation"]


def _cost(path: Path) -> ConversationCost:
    usage, turns, requests, fixed = Usage(), 0, 0, {"conversation": "///", "model": ""}
    for record in _records(path):
        if record["type"] == "conversation":
            fixed = record["fixed"]
        elif record["type"] == "try":
            usage, requests, turns = usage + Usage(**record["usage"]), requests + 1, record["turn"]
    _, phase, _, agent, *_ = fixed["conversation"].split("/")
    return ConversationCost(
        conversation=fixed["conversation"],
        phase=unquote(phase),
        agent=unquote(agent),
        model=fixed["model"],
        turns=turns,
        requests=requests,
        usage=usage,
    )
