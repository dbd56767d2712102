"""Configuration that decides how work is judged: the base's version is used unless the plan lists the file."""

import re

from phasewright.gate.change import Change, is_listed
from phasewright.gate.objects import Entry
from phasewright.plan import FileChanges

_PROTECTED = re.compile(
    r"(^|/)(\.cargo/.*|rust-toolchain(\.toml)?|\.?clippy\.toml|\.?rustfmt\.toml|\.gitattributes|\.gitmodules"
    r"|\.config/nextest\.toml|build\.rs)$"
    r"|^(phasewright\.toml$|\.ai/prompts/|\.github/)"
)
_AGENTS = re.compile(r"^\.claude/")
_PLANS = re.compile(r"^\.ai/(plans|logs)/")


def protection_of(path: str) -> str | None:
    """Return the code of a finding about a change of *path*; None where anybody may change it."""
    if _PLANS.search(path):
        return "plan-edited"
    if _AGENTS.search(path):
        return "agents-edited"
    return "protected-path" if _PROTECTED.search(path) else None


def judged_tree(change: Change, files: FileChanges) -> dict[str, Entry]:
    """Return the candidate's files, with protected ones as they are at base where the plan does not list them."""
    tree = dict(change.head)
    for path in change.changed:
        if protection_of(path) and not is_listed(path, files):
            tree.pop(path, None)
            if path in change.base:
                tree[path] = change.base[path]
    return tree
