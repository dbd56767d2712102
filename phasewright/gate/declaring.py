"""Where the `mod` line of a file may stand. Pure: paths alone."""

import posixpath
from collections.abc import Iterable


def module_name(path: str) -> str:
    """Return the name of the module that a file is.

    >>> module_name("src/read/mod.rs"), module_name("src/read/tar.rs")
    ('read', 'tar')
    """
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) if name == "mod.rs" else name.removesuffix(".rs")


def declaring(path: str) -> tuple[str, ...]:
    """Return the files that may declare the module of *path*; crate roots have none.

    >>> declaring("src/read/tar.rs")
    ('src/read/lib.rs', 'src/read/main.rs', 'src/read/mod.rs', 'src/read.rs')
    """
    folder, name = posixpath.split(path)
    if name in ("lib.rs", "main.rs"):
        return ()
    if name == "mod.rs":
        folder = posixpath.dirname(folder)
    beside = tuple(posixpath.join(folder, one) for one in ("lib.rs", "main.rs", "mod.rs"))
    return tuple(one for one in (*beside, *((f"{folder}.rs",) if folder else ())) if one != path)


def all_declaring(paths: Iterable[str]) -> frozenset[str]:
    """Return the files that may declare the modules of *paths*, and those of these, up to the roots."""
    found: set[str] = set()
    todo = [path for path in paths if path.endswith(".rs")]
    while todo:
        more = [one for one in declaring(todo.pop()) if one not in found]
        found.update(more)
        todo += more
    return frozenset(found)
