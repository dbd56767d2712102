"""Rewrite Rust source for the two probes. Text in, text out.

`with_tests_of`: the new code with base's tests tells a strengthened assertion from a weakened one, whatever it looks
like. `hollow`: a new test that passes without the code it claims to test proves nothing. (Reverting the change instead
mostly ends in "does not compile", which proves nothing either.)
"""

from phasewright.gate.rust import rules
from phasewright.gate.rust.constants import other_constants
from phasewright.gate.rust.plain_value import is_opaque, plain_value
from phasewright.gate.rust.scan import item_ranges, scan_rust

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


def hollow(
    base: bytes,
    head: bytes,
    *,
    plain: bool = False,
    consts: bool = False,
    panics: bool = True,
    truth: str | None = None,
) -> tuple[bytes, int]:
    """Return *head* with every function that *base* has not, or has differently, emptied; and how many.

    Tests and their helpers, `main`, and what is known by its trait alone (`-> impl Fn()`) are left alone. An empty
    *base* empties all others.

    Args:
        plain: an emptied function answers with the plainest value of its type, where it has one, and does not panic.
        consts: `const fn` is emptied, and constants have other values; where one is asked at compile time, that does
            not build.
        panics: False where a panic would be what a test expects: what has no plain value then never answers.
        truth: what a function that says yes or no says, `true` or `false`; None: it panics, for neither is plainer.
    """
    otherwise = _PANICS if panics else _WAITS
    old, new = scan_rust(base).functions, scan_rust(head).functions
    emptied = {
        function.body_range: f"{{ {truth} }}".encode()
        if truth and function.returns == "bool"
        else _empty(function.returns, otherwise, plain=plain)
        for name, function in new.items()
        if function.can_be_hollow
        and (consts or not function.is_const)
        and (not is_opaque(function.returns) or plain_value(function.returns) is not None)
        and not function.in_test
        and not any(rules.TEST_ATTRIBUTE.match(cfg) for cfg in function.cfg)
        and (name not in old or old[name].body != function.body)
    }
    outer = [one for one in emptied if not any(a < one[0] and one[1] < b for a, b in emptied)]
    edits = [(start, end, emptied[start, end]) for start, end in outer]
    edits += other_constants(base, head) if consts else []
    for start, end, text in sorted(edits, reverse=True):
        head = head[:start] + text + head[end:]
    return head, len(edits)


def as_before(base: bytes, head: bytes) -> tuple[bytes, int]:
    """Return *head* with the bodies that its changed functions had in *base*, and how many.

    A function that takes or returns something else now is left as it is.
    """
    old, new = scan_rust(base).functions, scan_rust(head).functions
    edits = [
        (*function.body_range, base[slice(*was.body_range)])
        for name, function in new.items()
        if (was := old.get(name)) is not None
        and function.can_be_hollow
        and not function.in_test
        and was.body != function.body
        and (was.returns, was.parameters) == (function.returns, function.parameters)
    ]
    for start, end, text in sorted(edits, reverse=True):
        head = head[:start] + text + head[end:]
    return head, len(edits)


def _empty(returns: str, otherwise: bytes, *, plain: bool) -> bytes:
    # What is known by its trait alone cannot panic: the compiler would not know its type.
    value = plain_value(returns) if plain or is_opaque(returns) else None
    return otherwise if value is None else f"{{ {value} }}".encode()
