"""Fast feedback for an agent in its own workspace. It decides nothing: the gate judges the commit."""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from phasewright.process import Finished
from phasewright.sandbox import Sandbox, run_sandboxed

QuickKind = Literal["build", "test", "lint", "format", "all"]


class QuickStep(BaseModel, frozen=True):
    """One quick check of a toolchain."""

    argv: tuple[str, ...]
    shown: str
    """The command as an agent would type it."""
    mends: str = ""
    """The command that mends what it finds; empty where a person or an agent must think."""


_ORDER: dict[str, tuple[str, ...]] = {"all": ("format", "lint", "test")}
_NOISE = re.compile(
    r"^\s*(Compiling|Checking|Finished|Running|Doc-tests|Blocking|Updating|Locking|Adding|running \d+ test)"
)
_PASSED = re.compile(r"^test .* \.\.\. (ok|ignored)$")
_SHOWN_CHARS = 3000


async def quick_check(
    workspace: Path, kind: QuickKind, steps: Mapping[str, QuickStep], box: Sandbox, deadline_seconds: float
) -> str:
    """Return what the toolchain says about *workspace*: one line a step, then what is wrong, cut to a readable size.

    Args:
        steps: kind → command; what a toolchain has no command for is said to be missing.
    """
    end = time.monotonic() + deadline_seconds
    parts = []
    for name in _ORDER.get(kind, (kind,)):
        step = steps.get(name)
        if step is None:
            parts.append(f"{name}: there is no such check here")
            continue
        left = max(1.0, end - time.monotonic())
        done = await run_sandboxed(box, step.argv, cwd=workspace, deadline_seconds=left)
        parts.append(_told(name, step, done, workspace))
        if done.exit_code is None:
            break
    return "\n".join(parts)


def _told(name: str, step: QuickStep, done: Finished, workspace: Path) -> str:
    command = step.shown
    if done.exit_code is None:
        why = "printed too much" if done.too_much_output else "passed its deadline"
        return f"{name}: ended by us, it {why} (`{command}`)\n{_cut(done.text)}"
    text = done.text.replace(f"{workspace}/", "")
    lines = [line for line in text.splitlines() if line.strip() and not _NOISE.match(line) and not _PASSED.match(line)]
    if done.exit_code == 0:
        shown = [line for line in lines if "warning" in line or line.startswith("test result")]
        return "\n".join([f"{name}: ok (`{command}`)", *shown])[:_SHOWN_CHARS]
    if name == "format" and not any(line.startswith("error") for line in lines):
        return f"{name}: these files are not formatted (`{step.mends}` mends it)\n" + _cut("\n".join(lines))
    return f"{name}: failed (`{command}`)\n" + _cut("\n".join(lines))


def _cut(text: str) -> str:
    if len(text) <= _SHOWN_CHARS:
        return text
    head = _SHOWN_CHARS // 3
    return f"{text[:head]}\n[… {len(text) - _SHOWN_CHARS} characters left out …]\n{text[head - _SHOWN_CHARS :]}"
