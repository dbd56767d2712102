"""Put other text into a source. Bytes in, bytes out."""

from collections.abc import Iterable

Edit = tuple[int, int, bytes]
"""Start, end, and what stands between them from now on."""


def edited(source: bytes, edits: Iterable[Edit]) -> bytes:
    """Return *source* with *edits*, none of which reaches into another.

    >>> edited(b"let a = 1;", [(4, 5, b"total"), (8, 9, b"2")])
    b'let total = 2;'
    """
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text + source[end:]
    return source
