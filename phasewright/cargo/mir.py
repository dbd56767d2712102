"""Ask the compiler which functions never return: its own intermediate code, written down while it compiles.

A body that stops in every case (`panic!`, a macro or a helper that does, an endless loop) has no `return` there,
whatever words it uses. Source: rustc's `--emit=mir`; the text is for people, so what cannot be read says nothing.
"""

import re
import shlex
import shutil
from collections.abc import Iterator

from phasewright.cargo.bench import CargoBench
from phasewright.sandbox import hand_over

_WRAPPER = """#!/bin/sh
export RUSTC_WORKSPACE_WRAPPER=
if [ "$CARGO_PKG_NAME" = {package} ]; then exec "$@" --emit=mir={folder}/$$.mir; fi
exec "$@"
"""
_FUNCTION = re.compile(r"^(?:const |unsafe |async |extern \S+ )*fn (?P<path>.+?)\(.*\{$")
_ENDS = re.compile(r"^\s+(return|unreachable);$", re.MULTILINE)
"""What cannot be reached, a match on a type without values, is no stop."""
_MOST_BYTES = 200_000_000


def noting_compiler(bench: CargoBench, package: str) -> str:
    """Return the program that compiles *package* as ever and notes its intermediate code."""
    folder = bench.home / "mir"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    hand_over(folder)
    script = _WRAPPER.format(package=shlex.quote(package), folder=shlex.quote(str(folder)))
    return bench.tool("noting-compiler", script)


def noted_stops(bench: CargoBench) -> frozenset[str]:
    """Return the names of the functions that never return; one that does under another path is left out."""
    stops: set[str] = set()
    others: set[str] = set()
    for path in sorted((bench.home / "mir").iterdir()):
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
