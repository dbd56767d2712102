"""What the agent is told about a refusal: what failed, where, how to see it again. At most 500 tokens."""

from phasewright.gate.codes import Weight, weight_of
from phasewright.result import Finding, Judgement

_TOKENS = 500
_BYTES_PER_TOKEN = 4
_ORDER = list(Weight)
_COMMANDS = {
    "format": "cargo fmt --all -- --check",
    "lint": "cargo clippy --workspace --all-targets",
    "build": "cargo test --workspace --all-targets --no-run",
    "tests": "cargo test --workspace",
    "blast-radius": "cargo test --workspace -- --list",
}


def digest_for_agent(judgement: Judgement) -> str:
    """Return the findings that count, the heaviest first, and the commands that show them again."""
    verdict = judgement.verdict
    reason = f" ({judgement.reason})" if judgement.reason else ""
    lines = [f"The gate says {verdict.status}{reason}. It judged the commit, not the folder."]
    counting = [found for found in verdict.findings if weight_of(found) is not Weight.NONE]
    counting.sort(key=lambda found: _ORDER.index(weight_of(found)))
    room = _TOKENS * _BYTES_PER_TOKEN - 300
    for at, found in enumerate(counting):
        line = _line(found)
        if len("\n".join([*lines, line]).encode()) > room:
            lines.append(f"… and {len(counting) - at} more findings")
            break
        lines.append(line)
    commands = dict.fromkeys(_COMMANDS[found.check] for found in counting if found.check in _COMMANDS)
    if commands:
        lines.append("See it again: " + " ; ".join(commands))
    return _cut("\n".join(lines), _TOKENS * _BYTES_PER_TOKEN)


def _line(found: Finding) -> str:
    where = f" {found.path}" + (f":{found.line}" if found.line else "") if found.path else ""
    return _cut(f"- [{found.code}]{where}: {' '.join(found.message.split())}", 400)


def _cut(text: str, size: int) -> str:
    raw = text.encode()
    return text if len(raw) <= size else raw[: size - 3].decode("utf-8", "ignore") + "…"
