"""Names of symbols that a program may export without replacing what others call."""

import ctypes
import re
from functools import lru_cache

_RUNTIMES = re.compile(r"_|rust|main$|$")
"""Of the compiler's and the platform's own: `_Unwind_Resume`, `rust_eh_personality`, `_ZN…`."""


@lru_cache(maxsize=1)
def _platform() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def is_free(name: str) -> bool:
    """Return True where neither the platform's libraries nor Rust's runtime have a symbol of this *name*."""
    if _RUNTIMES.match(name) or not name.isascii():
        return False
    return not hasattr(_platform(), name)
