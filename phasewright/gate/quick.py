"""Fast feedback for an agent in its own workspace. It decides nothing: the gate judges the commit."""

import re
import time
from pathlib import Path
from typing import Literal

from phasewright.process import Finished
from phasewright.sandbox import Sandbox, run_sandboxed

QuickKind = Literal["build", "test", "lint", "format", "all"]

_SHORT = "--message-format=short"
_COMMANDS: dict[str, list[str]] = {
    "format": ["cargo", "fmt", "--all", "--", "--check", "-l"],
    "build": ["cargo", "check", "--workspace", "--all-targets", _SHORT],
    "lint": ["cargo", "clippy", "--workspace", "--all-targets", _SHORT],
    "test": ["cargo", "test", "--workspace", "--no-fail-fast", _SHORT],
}
_ORDER: dict[str, tuple[str, ...]] = {"all": ("format", "lint", "test")}
_NOISE = re.compile(
    r"^\s*(Compiling|Checking|Finished|Running|Doc-tests|Blocking|Updating|Locking|Adding|running \d+ test)"
)
_PASSED = re.compile(r"^test .* \.\.\. (ok|ignored)$")
_SHOWN_CHARS = 3000


async def quick_check(workspace: Path, kind: QuickKind, box: Sandbox, deadline_seconds: float) -> str:
    """Return what cargo says about *workspace*: one line a step, then what is wrong, cut to a readable size."""
    end = time.monotonic() + deadline_seconds
    parts = []
    for step in _ORDER.get(kind, (kind,)):
        left = max(1.0, end - time.monotonic())
        done = await run_sandboxed(box, _COMMANDS[step], cwd=workspace, deadline_seconds=left)
        parts.append(_told(step, done, workspace))
        if done.exit_code is None:
            break
    return "\n".join(parts)


def _told(step: str, done: Finished, workspace: Path) -> str:
    command = " ".join(_COMMANDS[step]).replace(f" {_SHORT}", "")
    if done.exit_code is None:
        why = "printed too much" if done.too_much_output else "passed its deadline"
        return f"{step}: ended by us, it {why} (`{command}`)\n{_cut(done.text)}"
    text = done.text.replace(f"{workspace}/", "")
    lines = [line for line in text.splitlines() if line.strip() and not _NOISE.match(line) and not _PASSED.match(line)]
    if done.exit_code == 0:
        shown = [line for line in lines if "warning" in line or line.startswith("test result")]
        return "\n".join([f"{step}: ok (`{command}`)", *shown])[:_SHOWN_CHARS]
    if step == "format" and not any(line.startswith("error") for line in lines):
        return f"{step}: these files are not formatted (`cargo fmt --all` mends it)\n" + _cut("\n".join(lines))
    return f"{step}: failed (`{command}`)\n" + _cut("\n".join(lines))


def _cut(text: str) -> str:
    if len(text) <= _SHOWN_CHARS:
        return text
    head = _SHOWN_CHARS // 3
    return f"{text[:head]}\n[… {len(text) - _SHOWN_CHARS} characters left out …]\n{text[head - _SHOWN_CHARS :]}"
