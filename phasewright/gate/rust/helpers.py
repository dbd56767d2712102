"""Helpers of tests that assert for them. Pure."""

import re
from collections.abc import Iterable

from phasewright.gate.rust import rules
from phasewright.gate.rust.facts import RustFacts


def asserting_helpers(files: Iterable[RustFacts]) -> frozenset[str]:
    """Return the last names of the test functions, methods and macros that can fail, by themselves or by others."""
    bodies: dict[str, str] = {}
    found: set[str] = set()
    for facts in files:
        for path, function in facts.functions.items():
            name = path.rpartition("::")[2].rstrip("!")
            if not function.in_test:
                continue
            bodies[name] = bodies.get(name, "") + function.body
            if function.asserts or rules.CAN_FAIL.search(function.body):
                found.add(name)
    while more := {name for name, body in bodies.items() if name not in found and _calls(body) & found}:
        found |= more
    return frozenset(found)


def _calls(body: str) -> set[str]:
    return set(re.findall(r"\b([a-z_]\w*)!?\(", body))
