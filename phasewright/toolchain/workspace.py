"""What a repository consists of: its packages, their folders, who depends on whom."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from pydantic import BaseModel

LIBRARIES = ("lib", "rlib", "dylib", "cdylib", "staticlib")
"""Kinds of a target that other code is built with."""


class Target(NamedTuple):
    """One thing that is built of a package."""

    kind: str
    name: str
    path: str = ""
    """Its root file, from the checkout's root; empty where there is none in it."""


class Member(BaseModel, frozen=True):
    """One package of the workspace."""

    name: str
    folder: str
    """From the checkout's root; empty for the root itself."""
    root: str = ""
    """Folder of the root that it is judged under; empty: the topmost one."""
    targets: tuple[Target, ...] = ()
    has_library: bool = False
    depends_on: tuple[str, ...] = ()
    """Members that it depends on, in any way."""
    uses: tuple[str, ...] = ()
    """Packages that its code is built with on every platform, as the tool that builds it reads the manifest."""
    uses_in_tests: tuple[str, ...] = ()
    """Those that only its tests are built with."""


class Workspace(BaseModel, frozen=True):
    """The members of a workspace."""

    members: tuple[Member, ...] = ()

    def names(self) -> frozenset[str]:
        """Return the members' names."""
        return frozenset(member.name for member in self.members)

    def affected_by(self, paths: Iterable[str]) -> tuple[str, ...] | None:
        """Return the members that own *paths* and all that depend on them; None where a path belongs to no member."""
        touched: set[str] = set()
        for path in paths:
            owner = self.owner(path)
            if owner is None:
                return None
            touched.add(owner)
        while True:
            more = {m.name for m in self.members if m.name not in touched and touched & set(m.depends_on)}
            if not more:
                return tuple(m.name for m in self.members if m.name in touched)
            touched |= more

    def owner(self, path: str) -> str | None:
        """Return the member in whose folder *path* lies, the innermost one."""
        owners = [m for m in self.members if not m.folder or PurePosixPath(path).is_relative_to(m.folder)]
        return max(owners, key=lambda m: len(m.folder)).name if owners else None
