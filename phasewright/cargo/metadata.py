"""What a workspace consists of: its members, their folders, who depends on whom."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from pydantic import BaseModel

from phasewright.cargo.bench import JSON_BYTES, Bench


class Member(BaseModel, frozen=True):
    """One package of the workspace."""

    name: str
    folder: str
    """From the checkout's root; empty for the root itself."""
    targets: tuple[tuple[str, str], ...] = ()
    """(kind, name)."""
    has_library: bool = False
    depends_on: tuple[str, ...] = ()
    """Members that it depends on, in any way."""


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


def what_to_build(workspace: Workspace | None, packages: Sequence[str] | None) -> list[str]:
    """Return cargo's words for the packages and their targets: all that can hold tests, and no benchmark.

    Benchmarks often need a nightly compiler; `--all-targets` would fail on them before it came to any test.
    """
    what = ["--workspace"] if packages is None else [word for name in packages for word in ("-p", name)]
    members = workspace.members if workspace else ()
    chosen = [one for one in members if packages is None or one.name in packages]
    # Where there is no library at all, cargo refuses the word.
    library = ["--lib"] if any(one.has_library for one in chosen) else []
    return [*what, *library, "--bins", "--tests", "--examples"]


async def read_workspace(bench: Bench, *, deadline_seconds: float) -> Workspace | None:
    """Return the checkout's workspace; None when cargo cannot read it (the build will say why)."""
    argv = [bench.toolchain.program("cargo"), "metadata", "--no-deps", "--format-version", "1", *bench.locked]
    done = await bench.run(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
    if done.exit_code != 0:
        return None
    return parse_metadata(done.text, bench.checkout)


def parse_metadata(text: str, checkout: Path) -> Workspace:
    """Return the workspace that `cargo metadata --no-deps` describes."""
    packages = json.loads(text)["packages"]
    names = {package["name"] for package in packages}
    members = []
    for package in packages:
        folder = Path(package["manifest_path"]).parent
        targets = tuple((target["kind"][0], target["name"]) for target in package["targets"])
        members.append(
            Member(
                name=package["name"],
                folder="" if folder == checkout else str(folder.relative_to(checkout)),
                targets=targets,
                has_library=any(
                    kind in ("lib", "rlib", "dylib", "proc-macro", "cdylib", "staticlib") for kind, _ in targets
                ),
                depends_on=tuple(sorted({d["name"] for d in package["dependencies"] if d["name"] in names})),
            )
        )
    return Workspace(members=tuple(members))
