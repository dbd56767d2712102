"""Empty the functions that a change brought, to see whether its tests notice. Pure."""

from phasewright.gate.python.scan import scan_python

_EMPTY = b'raise AssertionError("hollow")'
_PLAIN = b"return None"


def hollow_python(base: bytes, head: bytes, *, plain: bool = False, echo: bool = False) -> tuple[bytes, int]:
    """Return *head* with every function that *base* has not, or has differently, emptied; and how many.

    Args:
        plain: an emptied function answers None, and does not raise.
        echo: it answers with its first parameter, where it has one.
    """
    old, new = scan_python(base).functions, scan_python(head).functions
    changed = [
        (one.lines, one.given if echo else None)
        for name, one in new.items()
        if name not in old or old[name].dump != one.dump
    ]
    lines = head.splitlines(keepends=True)
    count = 0
    for (first, last), given in sorted(changed, reverse=True, key=lambda one: one[0]):
        body = lines[first - 1]
        indent = body[: len(body) - len(body.lstrip())]
        if not indent:
            continue  # `def f(): return 1` on one line
        answer = f"return {given}".encode() if given else _PLAIN if plain else _EMPTY
        lines[first - 1 : last] = [indent + answer + b"\n"]
        count += 1
    return b"".join(lines), count
