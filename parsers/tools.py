"""Programs that a plan names, and whether this machine has them."""

import re
import shutil
from collections.abc import Iterator

from parsers.inline import code_spans
from parsers.notes import Notes
from parsers.phase import Draft

_PROGRAM = re.compile(
    r"^(cargo|just|p?npm|npx|yarn|bun|deno|make|pytest|python3?|uv|go|node|rg|grep|docker|psql|sqlite3|surreal|wasm-pack"
    r"|cmake|protoc|trunk|mdbook|bundle|ruby|java|mvn|gradle|terraform|kubectl|ffmpeg|jq|curl)\s+\S"
)


def note_missing_tools(drafts: list[Draft], notes: Notes) -> None:
    """Note each program that a blast radius or a criterion runs and that is not on PATH, once."""
    seen: set[str] = set()
    for draft in drafts:
        for line, text in _commands(draft):
            match = _PROGRAM.match(text)
            if match is None or match[1] in seen:
                continue
            seen.add(match[1])
            if shutil.which(match[1]) is None:
                message = f"phase {draft.phase.id} runs {match[1]!r}, which is not installed here"
                notes.add("tool-not-installed", message, line, hint=f"install {match[1]}, or take it out of the plan")


def _commands(draft: Draft) -> Iterator[tuple[int, str]]:
    phase = draft.phase
    for command in phase.blast_radius.commands:
        for part in command.split("&&"):
            yield phase.blast_radius.line or phase.line, part.strip()
    for criterion in phase.acceptance_criteria:
        for span in code_spans(criterion.text)[:1]:
            if criterion.text.lstrip("* ").startswith("`") or criterion.text.endswith("`"):
                yield criterion.line, span.text
