"""What `cargo --message-format=json` says, as values. Pure."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel

from phasewright.toolchain.reports import CompilerMessage


class TestBinary(BaseModel, frozen=True):
    """An executable that holds the tests of one target."""

    __test__ = False
    executable: str
    package: str
    kind: str
    """lib, bin, test, example, bench, proc-macro"""
    target: str


class CargoOutput(BaseModel, frozen=True):
    """A cargo command's messages."""

    succeeded: bool = False
    """True when cargo said that the build finished well."""
    messages: tuple[CompilerMessage, ...] = ()
    binaries: tuple[TestBinary, ...] = ()
    artifacts: tuple[str, ...] = ()
    """Files made or found fresh in this build, of packages that are folders: no registry's."""
    packages: frozenset[str] = frozenset()
    """Ids of the packages that they are made of."""

    def errors(self) -> tuple[CompilerMessage, ...]:
        """Return the errors that have a place or a code, each once."""
        return tuple(m for m in self.messages if m.level == "error" and not m.text.startswith("aborting due to"))


def read_messages(text: str) -> CargoOutput:
    """Return the messages in *text*; lines that are not cargo's JSON are ignored."""
    messages: dict[tuple[object, ...], CompilerMessage] = {}
    binaries: dict[str, TestBinary] = {}
    artifacts: list[str] = []
    packages: set[str] = set()
    succeeded = False
    for row in _rows(text):
        reason = row.get("reason")
        if reason == "compiler-message":
            message = _message(row["message"])
            # A library is compiled twice (itself, its tests): the same place counts once.
            messages.setdefault((message.code, message.path, message.line, message.column, message.text), message)
        elif reason == "compiler-artifact":
            packages.add(str(row.get("package_id")))
            if "path+" in str(row.get("package_id")):
                artifacts += [*(row.get("filenames") or []), *filter(None, [row.get("executable")])]
            binary = _binary(row)
            if binary:
                binaries[binary.executable] = binary
        elif reason == "build-finished":
            succeeded = row.get("success") is True
    return CargoOutput(
        succeeded=succeeded,
        messages=tuple(messages.values()),
        binaries=tuple(binaries.values()),
        artifacts=tuple(artifacts),
        packages=frozenset(packages),
    )


def _rows(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.startswith('{"reason"'):
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def is_lint(message: CompilerMessage) -> bool:
    """Return True for what a lint said, False for an error of the compiler itself (E0308, syntax)."""
    if message.code is None or message.level not in ("warning", "error"):
        return False
    return message.level == "warning" or not (message.code[:1] == "E" and message.code[1:].isdigit())


def package_name(package_id: str) -> str:
    """Return the name in a package id.

    >>> package_name("path+file:///a/b#name@1.0"), package_name("path+file:///a/name#1.0")
    ('name', 'name')
    """
    path, _, tail = package_id.partition("#")
    return tail.split("@")[0] if "@" in tail else PurePosixPath(path).name


def origin(package_id: str, checkout: str) -> str:
    """Return where a package comes from, without its version: a registry, a repository, a folder from the checkout.

    >>> origin("path+file:///w/c/extra#0.1.0", "/w/c"), origin("registry+https://r/i#serde@1.0.1", "/w/c")
    ('extra', 'registry+https://r/i')
    """
    place = package_id.partition("#")[0]
    if not place.startswith("path+file://"):
        return place.partition("?")[0]
    return place.removeprefix("path+file://").removeprefix(checkout).lstrip("/")


def _message(row: dict[str, object]) -> CompilerMessage:
    spans = row.get("spans") or []
    assert isinstance(spans, list)
    span = next((s for s in spans if s.get("is_primary")), None)
    code = row.get("code")
    source = ""
    if span and span.get("text"):
        source = " ".join(str(span["text"][0].get("text", "")).split())
    return CompilerMessage(
        level=str(row.get("level")),
        code=str(code["code"]) if isinstance(code, dict) else None,
        text=str(row.get("message")),
        path=span["file_name"] if span else None,
        line=span["line_start"] if span else None,
        column=span["column_start"] if span else None,
        source=source,
        rendered=str(row.get("rendered") or "")[:2000],
    )


def _binary(row: dict[str, object]) -> TestBinary | None:
    profile, target, executable = row.get("profile"), row.get("target"), row.get("executable")
    if not (
        isinstance(profile, dict) and isinstance(target, dict) and isinstance(executable, str) and profile.get("test")
    ):
        return None
    return TestBinary(
        executable=executable,
        package=package_name(str(row.get("package_id"))),
        kind=str(target["kind"][0]),
        target=str(target["name"]),
    )
