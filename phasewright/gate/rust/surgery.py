"""Rewrite Rust source for the two probes. Text in, text out.

`with_tests_of`: the new code with base's tests tells a strengthened assertion from a weakened one, whatever it looks
like. `hollow`: a new test that passes without the code it claims to test proves nothing. (Reverting the change instead
mostly ends in "does not compile", which proves nothing either.)
"""

import re
from typing import NamedTuple

from phasewright.gate.rust import rules
from phasewright.gate.rust.constants import other_constants
from phasewright.gate.rust.echo import echoed
from phasewright.gate.rust.edits import edited
from phasewright.gate.rust.facts import RustFunction
from phasewright.gate.rust.items_of_tests import item_ranges
from phasewright.gate.rust.loosened import derived_traits
from phasewright.gate.rust.plain_value import is_opaque, plain_value
from phasewright.gate.rust.scan import scan_rust

_RESULT_OF = re.compile(r"(?:\w+::)*Result<(\w+)(?:,.*)?>")
_PANICS = b"{ ::core::unimplemented!() }"
_WAITS = b"{ loop {} }"


def with_tests_of(code: bytes, tests: bytes) -> bytes:
    """Return *code* with the test modules and top-level tests of *tests*; one that *code* has lost is appended."""
    mine, theirs = item_ranges(code), item_ranges(tests)
    for name, (start, end) in sorted(mine.items(), key=lambda item: -item[1][0]):
        if name in theirs:
            a, b = theirs[name]
            code = code[:start] + tests[a:b] + code[end:]
    lost = [tests[slice(*theirs[name])] for name in theirs if name not in mine]
    return code + b"".join(b"\n" + one + b"\n" for one in lost)


class Emptying(NamedTuple):
    """How functions are emptied: with a panic, unless it says otherwise."""

    plain: bool = False
    """With the plainest value of the type, where it has one."""
    consts: bool = False
    """`const fn` too, and constants have other values; where one is asked at compile time, that does not build."""
    panics: bool = True
    """False where a panic would be what a test expects: what has no plain value then never answers."""
    truth: str | None = None
    """What a function that says yes or no says, `true` or `false`; None: it has no plain value, for neither is one."""

    echo: bool = False
    """With a parameter, given back as it is, where one fits what is returned."""
    defaults: frozenset[str] = frozenset()
    """Types that derive `Default`."""
    only: str | None = None
    """The one function that is emptied; None: all."""

    def body(self, function: RustFunction) -> bytes:
        """Return the body of *function*, emptied."""
        returns = function.returns
        given = echoed(function.parameters, returns) if self.echo else None
        if given is not None:
            return f"{{ {given} }}".encode()
        # What is known by its trait alone cannot panic: the compiler would not know its type.
        value = plain_value(returns) if self.plain or is_opaque(returns) else None
        value = _default_of(returns, self.defaults) if value is None and self.plain else value
        value = self.truth if self.truth and returns == "bool" else value
        if value is not None:
            return f"{{ {value} }}".encode()
        return _PANICS if self.panics else _WAITS


def hollow(base: bytes, head: bytes, how: Emptying) -> tuple[bytes, int]:
    """Return *head* with every function that *base* has not, or has differently, emptied; and how many.

    Tests and their helpers, `main`, and what is known by its trait alone (`-> impl Fn()`) are left alone. An empty
    *base* empties all others.
    """
    old, new = scan_rust(base).functions, scan_rust(head).functions
    how = how._replace(defaults=frozenset(n for n, one in derived_traits(head).items() if "Default" in one.traits))
    emptied = {
        function.body_range: how.body(function)
        for name, function in new.items()
        if _is_code(function)
        and how.only in (None, name)
        and (how.consts or not function.is_const)
        and (not is_opaque(function.returns) or plain_value(function.returns) is not None)
        and (name not in old or old[name].body != function.body)
    }
    outer = [one for one in emptied if not any(a < one[0] and one[1] < b for a, b in emptied)]
    edits = [(start, end, emptied[start, end]) for start, end in outer]
    edits += other_constants(base, head) if how.consts else []
    return edited(head, edits), len(edits)


def _default_of(returns: str, defaults: frozenset[str]) -> str | None:
    """Return the plainest success of a `Result` of one of the types that have a default."""
    result = _RESULT_OF.fullmatch(returns.removeprefix("->").strip())
    return "Ok(::core::default::Default::default())" if result and result[1] in defaults else None


def echoing(base: bytes, head: bytes) -> dict[str, bool]:
    """Return the functions that can give back a parameter; True where they end with just that."""
    old, new = scan_rust(base).functions, scan_rust(head).functions
    changed = {n: one for n, one in new.items() if _is_code(one) and (n not in old or old[n].body != one.body)}
    given = {name: echoed(one.parameters, one.returns) for name, one in changed.items()}
    bodies = {name: one.body.removesuffix("}").rstrip() for name, one in changed.items()}
    return {
        name: bodies[name].endswith(("{" + answer, "{ " + answer, ";" + answer, "; " + answer))
        for name, answer in given.items()
        if answer is not None
    }


def as_before(base: bytes, head: bytes) -> tuple[bytes, int]:
    """Return *head* with the bodies that its changed functions had in *base*, and how many.

    A function that takes or returns something else now is left as it is.
    """
    old, new = scan_rust(base).functions, scan_rust(head).functions
    edits = [
        (*function.body_range, base[slice(*was.body_range)])
        for name, function in new.items()
        if (was := old.get(name)) is not None
        and _is_code(function)
        and was.body != function.body
        and (was.returns, was.parameters) == (function.returns, function.parameters)
    ]
    return edited(head, edits), len(edits)


def _is_code(function: RustFunction) -> bool:
    """Return True for a function with a body that is neither `main` nor a part of tests."""
    in_test = function.in_test or any(rules.TEST_ATTRIBUTE.match(cfg) for cfg in function.cfg)
    return function.can_be_hollow and not in_test
