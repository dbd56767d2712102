"""Which files and folders of tests does code name? Read from texts that stand in no test. Pure."""

import posixpath
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.production import production_items
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import TEXTS, squeezed, text_of

_BELOW_TESTS = re.compile(r"(?:^|(?<=[/}]))tests/[^\s\"'{}*?$<>|:;,]+")
_INCLUDES_TEXT = re.compile(r"\binclude_(?:str|bytes)!\(\"([^\"]+)\"")
_JOINED = re.compile(r"\"(?:[^\"\s]*/)?tests/?\"\)?(?:;\w+)?\.(?:join|push)\(\"/?([^\"\s]+)\"")
_NEXT = re.compile(r"\)?(?:;\w+)?\.(?:join|push)\(\"([^\"\s]+)\"")
_CONCAT = re.compile(r"\bconcat!\(((?:[^()]|\([^()]*\))*)\)")
_TEXT = re.compile(r"\"([^\"]*)\"")


class Named(NamedTuple):
    """A place of tests that code names."""

    path: str
    """From the repository's root."""
    line: int


def names_tests(source: bytes, path: str, folder: str, tree: Collection[str]) -> Iterator[Named]:
    """Yield what the code of *source*, which is no test, names of tests.

    Args:
        path: the file itself, from the root.
        folder: its package's, from the root, without a slash at the end.
        tree: every file that there is.
    """
    if not any(sign in source for sign in (b"tests/", b'"tests', b"/tests", b"include_")):
        return
    for node in production_items(parse(source)):
        code, line = squeezed(node), node.start_point[0] + 1
        places = [posixpath.dirname(path), folder, ""]
        for name in _below_tests(node, code):
            found = next((one for place in places if (one := _there(place, name, tree))), None)
            if found is not None:
                yield Named(found, line)
        for name in _INCLUDES_TEXT.findall(code):
            yield from (Named(one, line) for one in [_joined(places[0], name)] if one in tree and one.endswith(".rs"))


def holds_tests(source: bytes) -> bool:
    """Return True where a source file has tests."""
    return bool(scan_rust(source).tests)


def _below_tests(node: Node, code: str) -> Iterator[str]:
    """Yield what may be paths below a folder `tests`."""
    texts = [*_texts(node), *("".join(_TEXT.findall(one)) for one in _CONCAT.findall(code))]
    for text in texts:
        if hits := _BELOW_TESTS.findall(text):
            yield from (text, *hits)
    for hit in _JOINED.finditer(code):
        name, end = f"tests/{hit[1]}", hit.end()
        while more := _NEXT.match(code, end):
            name, end = f"{name}/{more[1]}", more.end()
        yield name


def _texts(node: Node) -> Iterator[str]:
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type in TEXTS:
            yield re.sub(r"^\w*#*\"|\"#*$", "", text_of(one))
        elif "comment" not in one.type:
            stack.extend(one.children)


def _there(place: str, name: str, tree: Collection[str]) -> str | None:
    """Return the file or folder that *name* is, seen from *place*; None where there is none below a folder `tests`."""
    path = _joined(place, name)
    while "tests/" in f"{path}/" and posixpath.basename(path) != "tests":
        if path in tree or any(one.startswith(f"{path}/") for one in tree):
            return path
        path = posixpath.dirname(path)
    return None


def _joined(place: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(place, name.lstrip("/")))
