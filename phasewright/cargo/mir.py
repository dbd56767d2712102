"""Ask the compiler which functions never return: its own intermediate code, written down while it compiles.

A body that stops in every case (`panic!`, a macro or a helper that does, an endless loop) has no `return` there,
whatever words it uses. Source: rustc's `--emit=mir`; the text is for people, so what cannot be read says nothing.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from phasewright.sandbox import hand_over

_WRAPPER = """#!/bin/sh
if [ "$CARGO_PKG_NAME" = {package} ]; then exec "$@" --emit=mir={folder}/$$.mir; fi
exec "$@"
"""
_FUNCTION = re.compile(r"^(?:const |unsafe |async |extern \S+ )*fn (?P<path>.+?)\(.*\{$")
_ENDS = re.compile(r"^\s+(return|unreachable);$", re.MULTILINE)
"""What cannot be reached, a match on a type without values, is no stop."""
_MOST_BYTES = 200_000_000


def write_wrapper(home: Path, package: str) -> str:
    """Write the program that compiles *package* as ever and notes its intermediate code; return its path."""
    folder = home / "mir"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    wrapper = home / "noting-compiler"
    wrapper.unlink(missing_ok=True)
    wrapper.write_text(_WRAPPER.format(package=shlex.quote(package), folder=shlex.quote(str(folder))))
    wrapper.chmod(0o755)
    hand_over(home)
    return str(wrapper)


def noted_stops(home: Path) -> frozenset[str]:
    """Return the names of the functions that never return; one that does under another path is left out."""
    stops: set[str] = set()
    others: set[str] = set()
    for path in sorted((home / "mir").iterdir()):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < _MOST_BYTES:
            for name, ends in functions_in(path.read_text(errors="replace")):
                (others if ends else stops).add(name)
    return frozenset(stops - others)


def functions_in(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each function's last name and whether it can return.

    >>> list(functions_in("fn a::stop(_1: u8) -> u8 {\\n    bb0: {\\n    }\\n}\\nfn go() -> () {\\n    return;\\n}\\n"))
    [('stop', False), ('go', True)]
    """
    for item in re.split(r"^}$\n?", text, flags=re.MULTILINE):
        head = next((hit for line in item.splitlines() if (hit := _FUNCTION.match(line))), None)
        if head is not None:
            yield head["path"].rsplit("::", 1)[-1], _ENDS.search(item) is not None
