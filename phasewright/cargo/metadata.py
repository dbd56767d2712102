"""What cargo says that a workspace consists of."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phasewright.cargo.bench import CargoBench
from phasewright.toolchain.bench import JSON_BYTES
from phasewright.toolchain.workspace import LIBRARIES, Member, Target, Workspace


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


async def read_workspace(bench: CargoBench, *, deadline_seconds: float) -> Workspace | None:
    """Return the checkout's workspace; None when cargo cannot read it (the build will say why)."""
    argv = [bench.toolchain.program("cargo"), "metadata", "--no-deps", "--format-version", "1", *bench.locked]
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
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
        targets = tuple(
            Target(target["kind"][0], target["name"], _inside(checkout, target["src_path"]))
            for target in package["targets"]
        )
        members.append(
            Member(
                name=package["name"],
                folder="" if folder == checkout else str(folder.relative_to(checkout)),
                targets=targets,
                has_library=any(target.kind in (*LIBRARIES, "proc-macro") for target in targets),
                uses=_used(package, None),
                uses_in_tests=_used(package, "dev"),
                depends_on=tuple(sorted({d["name"] for d in package["dependencies"] if d["name"] in names})),
            )
        )
    return Workspace(members=tuple(members))


def _used(package: dict[str, Any], kind: str | None) -> tuple[str, ...]:
    """Return what a package depends on, whatever the platform; *kind* as cargo words it, None for its code."""
    listed = package["dependencies"]
    return tuple(sorted({one["name"] for one in listed if one["kind"] == kind and one["target"] is None}))


def _inside(checkout: Path, path: str) -> str:
    """Return *path* from the checkout's root; empty where it is not below it."""
    return str(Path(path).relative_to(checkout)) if Path(path).is_relative_to(checkout) else ""
