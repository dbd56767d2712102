"""The commands that README.md shows, with what it shows of their output."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


class Shown(NamedTuple):
    """A command of a `console` block."""

    command: str
    output: str
    """The lines below it; a line with `…` alone stands for lines that are left out."""

    @property
    def lines(self) -> list[str]:
        """The lines that must appear in the command's output, in this order."""
        return [line for line in self.output.splitlines() if line.strip() not in ("", "…")]


def shown_commands() -> list[Shown]:
    """Return the commands of README.md in their order."""
    blocks = re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return [
        Shown(*re.match(r"([^\n]*)\n?(.*)", part, re.DOTALL).groups())  # type: ignore[union-attr]
        for block in blocks
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    ]


def missing_lines(shown: Shown, output: str) -> list[str]:
    """Return the shown lines that *output* does not have in this order."""
    rest, missing = output.splitlines(), []
    for line in shown.lines:
        if line in rest:
            rest = rest[rest.index(line) + 1 :]
        else:
            missing.append(line)
    return missing
