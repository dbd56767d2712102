"""pyproject.toml, compared as parsed TOML: how tests are collected and what the linter asks for is base's to say."""

import tomllib
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.tables import table_of
from phasewright.result import Finding

_TOOLS = {
    "pytest": "manifest-target",
    "coverage": "manifest-target",
    "ruff": "manifest-lints",
    "mypy": "manifest-lints",
}


def check_pyproject(facts: GateFacts) -> Iterator[Finding]:
    """Yield changed tables of pytest and the linters, unless the plan speaks of them."""
    for path in sorted(p for p in facts.change.changed if p.rpartition("/")[2] == "pyproject.toml"):
        before, after = facts.change.text_before(path), facts.change.text_after(path)
        if before is None or after is None:
            continue
        try:
            was, now = (table_of(tomllib.loads(text), "tool") for text in (before, after))
        except tomllib.TOMLDecodeError as problem:
            yield finding("manifest-broken", f"not TOML: {problem}", path=path)
            continue
        for tool, code in _TOOLS.items():
            if was.get(tool) != now.get(tool) and f"tool.{tool}" not in facts.phase.text:
                said = f"[tool.{tool}] changed; if that is wanted, the plan must name `[tool.{tool}]`"
                yield finding(code, said, path=path)
