"""Work that belongs to another toolchain is never passed silently."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.result import Finding

_COMMAND = re.compile(r"\b(?:pnpm|npm|yarn|npx|bun)\s+[\w:@\-]+[^`\n&|;]*")


def check_foreign(facts: GateFacts) -> Iterator[Finding]:
    """Yield the plan's commands for JavaScript packages whose files changed: the gate does not run them."""
    roots = {
        str(PurePosixPath(path).parent) for path in facts.change.head if PurePosixPath(path).name == "package.json"
    }
    touched = sorted(root for root in roots if any(_is_under(path, root) for path in facts.change.changed))
    if not touched:
        return
    for command in dict.fromkeys(match.strip() for match in _COMMAND.findall(facts.phase.text)):
        said = f"{command!r} was not run: the gate has no toolchain for {touched[0]}"
        yield finding("not-verified", said, path=None if touched[0] == "." else touched[0])


def _is_under(path: str, root: str) -> bool:
    if root != ".":
        return path.startswith(f"{root}/")
    return path.endswith((".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", "package.json"))
