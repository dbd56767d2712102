"""Configuration that decides how work is judged: the base's version is used unless the plan lists the file."""

import posixpath
import re
import tomllib

from phasewright.gate.change import Change, is_listed
from phasewright.gate.language import is_python
from phasewright.gate.objects import Entry
from phasewright.plan import FileChanges

_PROTECTED = re.compile(
    r"(^|/)(\.cargo/.*|rust-toolchain(\.toml)?|\.?clippy\.toml|\.?rustfmt\.toml|\.gitattributes|\.gitmodules"
    r"|\.config/nextest\.toml|build\.rs)$"
    r"|^(phasewright\.toml$|\.ai/prompts/|\.github/)"
)
_PYTHON = re.compile(
    r"(^|/)((conftest|sitecustomize|usercustomize)\.py|\.?pytest\.(ini|toml)|tox\.ini|setup\.cfg|\.?ruff\.toml)$"
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


def included_files(change: Change) -> frozenset[str]:
    """Return the files that base's cargo configuration includes: they decide as much as it does.

    Source: Cargo book, "Configuration", `include` (stable since 1.93), read 2026-05.
    """
    found: set[str] = set()
    for path in change.base:
        if not re.search(r"(^|/)\.cargo/config(\.toml)?$", path):
            continue
        try:
            names = tomllib.loads(change.text_before(path) or "").get("include", [])
        except tomllib.TOMLDecodeError:
            continue
        for name in [names] if isinstance(names, str) else names:
            target = name.get("path", "") if isinstance(name, dict) else str(name)
            found.add(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
    return frozenset(found)


def changed_protected(change: Change, files: FileChanges) -> dict[str, str]:
    """Return the protected files that changed and that the plan does not list, each with its code."""
    included = included_files(change)
    if is_python(change.base):
        included |= {path for path in change.changed if _PYTHON.search(path)}
    codes = {path: "protected-path" if path in included else protection_of(path) for path in change.changed}
    return {path: code for path, code in codes.items() if code and not is_listed(path, files)}


def judged_tree(change: Change, files: FileChanges) -> dict[str, Entry]:
    """Return the candidate's files, with protected ones as they are at base where the plan does not list them."""
    tree = dict(change.head)
    for path in changed_protected(change, files):
        tree.pop(path, None)
        if path in change.base:
            tree[path] = change.base[path]
    return tree
