"""Blast radius fields: which tests must stay green. Read into data; a command of the plan's never runs."""

import re

from parsers.fields import Field
from parsers.inline import code_spans
from parsers.words import words_of
from phasewright.plan import BlastRadius

_PROGRAM = re.compile(
    r"cargo|just|p?npm|npx|yarn|bun|deno|make|pytest|python3?|uv|go|node|(?:ba|z)?sh|r?g(?:rep)?|cd|ls|test|tox"
)
_PATTERN = re.compile(r"^[A-Za-z_]\w*(?:::\w+)*(?:::)?$")
_EMPTY = re.compile(r"^(?:`{0,2}(?:\"\"|'')`{0,2}|``|\(?empty(?: string)?\)?)")
_SHELL = re.compile(r"[;|<>$`\\\n]|&(?!&)|(?<!&)&$|\$\(")
_OPTIONS = ("--config", "--manifest-path", "--target-dir", "-Z", "--out-dir", "--artifact-dir", "-C", "--runner")
_SELECTING = frozenset({"test", "t", "nextest", "build", "b", "check", "c", "clippy", "bench", "run", "doc", "fmt"})


def read_blast_radius(field: Field) -> BlastRadius:
    """Return a field's blast radius. Source: survey 6; what is refused: safety T5."""
    raw = field.value
    spans = code_spans(raw)
    if not raw and (listed := [line.text for line in field.body if line.kind in ("item", "text")]):
        raw = "\n".join(listed)
        spans = [span for line in listed for span in code_spans(line)]
    commands = tuple(span.text for span in spans if _is_command(span.text))
    patterns = tuple(span.text for span in spans if _PATTERN.match(span.text) and not commands)
    if not spans and _PATTERN.match(raw) and "::" in raw:
        patterns = (raw,)
    refused = tuple(command for command in commands if refusal(command))
    return BlastRadius(
        raw=raw,
        commands=commands,
        patterns=patterns,
        refused=refused,
        is_everything=_is_everything(raw),
        line=field.line,
    )


def _is_everything(raw: str) -> bool:
    """True for the empty string, which the seed defines as all tests."""
    return not raw or bool(_EMPTY.match(raw))


def _is_command(span: str) -> bool:
    """True when the first word is a program; other spans are arguments and paths (survey 6)."""
    words = span.split()
    if not words:
        return False
    is_program = bool(_PROGRAM.fullmatch(words[0])) and (len(words) > 1 or words[0] in ("pytest", "make", "just"))
    return is_program or "&&" in span


def refusal(command: str) -> str | None:
    """Return why a command selects nothing, None when it may select tests."""
    for part in command.split("&&"):
        outside = re.sub(r"\"[^\"$`]*\"|'[^']*'", "", part)
        if _SHELL.search(outside) or re.search(r"\"[^\"]*[$`][^\"]*\"", part):
            return "it uses the shell"
        words = words_of(part)
        if words is None:
            return "its quotes do not close"
        if words[:1] == ("cargo",):
            if len(words) > 1 and words[1].startswith("+"):
                return f"it asks for another toolchain ({words[1]})"
            option = next((w for w in words if w.split("=")[0] in _OPTIONS), None)
            if option:
                return f"{option.split('=')[0]} would change how cargo works"
    return None
