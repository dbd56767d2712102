"""Which lints a change silences that base did not, as its words say it. Pure."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping

from phasewright.cargo.cargo import Cargo
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import has_own_root
from phasewright.gate.rust.rules import BROAD_LINTS
from phasewright.gate.tables import Toml, table_of
from phasewright.toolchain.reports import STUB_LINTS, CompilerMessage

_ALLOWS = re.compile(r"(?P<inner>#!?)\[[^\[\]]*?\b(?:allow|expect)\s*\((?P<lints>[^()]*)\)")
_LINT = re.compile(r"(?:clippy::)?[a-z][a-z0-9_]*")
_ALL = ("clippy::all", "unused")
"""What is asked where a whole group is silenced."""


def silenced_lints(facts: GateFacts) -> frozenset[str]:
    """Return the lints to ask for; empty: nothing is silenced that was not."""
    before, after = facts.before, facts.after
    was, now = Counter(_codes(before.lint_examples, before.lints)), Counter(_codes(after.lint_examples, after.lints))
    grew = {code for code in (now - was) if _LINT.fullmatch(code) and code not in STUB_LINTS}
    named = {name for path in facts.change.changed for name in _newly_allowed(facts, path)}
    named = {name for name in named if name.rpartition("::")[2] not in facts.phase.text}
    if any(BROAD_LINTS.search(name) for name in named):
        grew.update(_ALL)
    return frozenset(grew | {name for name in named if not BROAD_LINTS.search(name)})


def _codes(examples: Mapping[str, CompilerMessage], times: Mapping[str, int]) -> Iterator[str]:
    for key, count in times.items():
        yield from [examples[key].code or ""] * count


def _newly_allowed(facts: GateFacts, path: str) -> Iterator[str]:
    """Yield the lints that a changed file silences more often than at base, as far as more than one item is meant."""
    before, after = facts.change.text_before(path) or "", facts.change.text_after(path)
    if after is None or facts.material.is_test(path) or has_own_root(path):
        return
    if path.endswith(".rs"):
        new = Counter(_in_source(after)) - Counter(_in_source(before))
    elif path.rpartition("/")[2] == Cargo.manifest:
        new = Counter(_in_manifest(after)) - Counter(_in_manifest(before))
    else:
        return
    yield from (name for name in new if _LINT.fullmatch(name))


def _in_source(text: str) -> Iterator[str]:
    for attribute in _ALLOWS.finditer(text):
        for name in (word.strip() for word in attribute["lints"].split(",")):
            if attribute["inner"] == "#!" or BROAD_LINTS.search(name):
                yield name


def _in_manifest(text: str) -> Iterator[str]:
    try:
        manifest = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for lints in (table_of(manifest, "lints"), table_of(table_of(manifest, "workspace"), "lints")):
        for tool in ("rust", "clippy"):
            yield from _allowed(table_of(lints, tool), "clippy::" if tool == "clippy" else "")


def _allowed(table: Toml, prefix: str) -> Iterator[str]:
    for name, value in table.items():
        level = value.get("level") if isinstance(value, Mapping) else value
        if level == "allow":
            yield prefix + name
