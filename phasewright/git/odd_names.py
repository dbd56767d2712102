"""File names are bytes; values that travel are text. Git gets the bytes, people read an escaped form."""

import os


def readable(path: str | bytes) -> str:
    r"""Return *path* as text that any encoder takes: bytes that are not UTF-8 become `\xff`.

    >>> readable(b"src/caf\xe9.rs")
    'src/caf\\xe9.rs'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def split_z(text: str) -> list[str]:
    """Return the parts of a `-z` listing."""
    return [part for part in text.split("\0") if part]


def join_z(paths: list[str]) -> bytes:
    """Return *paths* as a NUL-terminated listing for git's standard input."""
    return b"".join(os.fsencode(path) + b"\0" for path in paths)
