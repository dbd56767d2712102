"""What code outside its tests does only where a feature is on. Pure."""

import re
from collections import Counter

from phasewright.gate.rust.edits import edited
from phasewright.gate.rust.items_of_tests import item_ranges
from phasewright.gate.rust.scan import scan_rust

_ASKS = re.compile(r"\b(cfg!?|cfg_attr)\(")
_FEATURE = re.compile(r'\bfeature="([^"]+)"')
_FOR_TESTS = re.compile(r"(all\()?test\b")
_KIT = re.compile(r"\]?(#\[[^\]]*\])*(pub(\([^)]*\))? ?)?(mod|use)\b")


def gates(source: bytes) -> Counter[tuple[str, str]]:
    """Return how *source* asks for features: ("cfg" before an item or a statement, "cfg!" in an expression), name.

    What only tests see is left out, and a module for tests that others may turn on: `any(test, feature = "testing")`.

    >>> sorted(gates(b'#[cfg(feature = "a")] mod a; fn f() -> bool { cfg!(feature = "b") }'))
    [('cfg', 'a'), ('cfg!', 'b')]
    """
    code = scan_rust(edited(source, [(start, end, b"") for start, end in item_ranges(source).values()])).tokens
    found: Counter[tuple[str, str]] = Counter()
    for asked in _ASKS.finditer(code):
        condition = _inner(code[asked.end() :])
        rest = code[asked.end() + len(condition) + 1 :]
        is_for_tests = _FOR_TESTS.match(condition) or (condition.startswith("any(test,") and _KIT.match(rest))
        is_attribute = asked[1] == "cfg_attr" and ",path=" not in condition
        if not is_for_tests and not is_attribute:
            found.update((asked[1].replace("_attr", ""), name) for name in _FEATURE.findall(condition))
    return found


def _inner(text: str) -> str:
    """Return what stands before the parenthesis that closes one opened before *text*."""
    depth = 1
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return text[:place]
    return text
