"""Manifests, compared as parsed TOML: promised crates are dependencies, and nothing is taken away."""

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping

from phasewright.gate.change import normal_path
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.tables import Toml, table_of
from phasewright.plan import CrateDependency
from phasewright.result import Finding
from phasewright.toolchain.workspace import Workspace

_PLATFORM = re.compile(r"\b(unix|linux|windows|mac ?os|wasm)\w*", re.IGNORECASE)


def check_manifests(facts: GateFacts) -> Iterator[Finding]:
    """Yield promised crates that no manifest has, and manifests that cannot be read."""
    manifests: dict[str, Toml] = {}
    for path in sorted(p for p in facts.change.head if p.rpartition("/")[2] == "Cargo.toml"):
        try:
            manifests[path] = tomllib.loads(facts.change.text_after(path) or "")
        except tomllib.TOMLDecodeError as problem:
            if path in facts.change.changed:
                yield finding("manifest-broken", f"not TOML: {problem}", path=path)
    for crate in facts.phase.crate_dependencies:
        platforms = _platforms(facts.phase.text, crate)
        if platforms and any(_has_for(one, crate, platforms) for one in manifests.values()):
            continue
        yield from _check_crate(crate, manifests)
        yield from _resolve(crate, manifests, facts.after.workspace)


def _platforms(text: str, crate: CrateDependency) -> frozenset[str]:
    """Return the platforms that the plan speaks of in the lines that name *crate*, as manifests call them."""
    name = re.compile(rf"(?<![\w-]){re.escape(crate.name)}(?![\w-])")
    lines = (line for line in text.splitlines() if name.search(line))
    return frozenset(hit.lower().replace(" ", "") for line in lines for hit in _PLATFORM.findall(line))


def _has_for(manifest: Toml, crate: CrateDependency, platforms: frozenset[str]) -> bool:
    """Return True where a table for one of *platforms* has *crate*."""
    for target, table in table_of(manifest, "target").items():
        is_meant = "not(" not in target and any(platform in target for platform in platforms)
        if is_meant and isinstance(table, Mapping) and _in_table(table_of(table, "dependencies"), crate.name):
            return True
    return False


def _check_crate(crate: CrateDependency, manifests: dict[str, Toml]) -> Iterator[Finding]:
    table = "dev-dependencies" if crate.dev else "dependencies"
    if crate.manifest is not None:
        path = normal_path(crate.manifest)
        if path not in manifests:
            yield finding("crate-missing", f"{crate.name!r} is promised here; there is no such manifest", path=path)
        elif not _has(manifests[path], crate):
            yield finding("crate-missing", f"{crate.name!r} is promised in [{table}]; it is not there", path=path)
    elif not any(_has(manifest, crate) for manifest in manifests.values()):
        yield finding("crate-missing", f"{crate.name!r} is promised in [{table}]; no manifest has it there")


def _resolve(crate: CrateDependency, manifests: Mapping[str, Toml], workspace: Workspace | None) -> Iterator[Finding]:
    """Yield a promised crate that cargo itself, asked for the packages, does not build the code with."""
    path = normal_path(crate.manifest) if crate.manifest is not None else None
    is_shared = any("package" not in manifest for manifest in manifests.values())
    members = (
        [one for one in workspace.members if path in (None, posixpath.join(one.folder, "Cargo.toml"))]
        if workspace
        else []
    )
    if not (members and manifests) or (path is None and is_shared):
        return  # a root without a package, or one beside the topmost: cargo was not asked
    used = {name for one in members for name in (*one.uses, *(one.uses_in_tests if crate.dev else ()))}
    if not any(name.replace("-", "_") == crate.name.replace("-", "_") for name in used):
        kind = "tests" if crate.dev else "code"
        said = f"{crate.name!r} is promised; cargo builds no {kind} of {members[0].name} with it, on every platform"
        yield finding("crate-unresolved", said, path=path)


def _has(manifest: Toml, crate: CrateDependency) -> bool:
    if _in_table(table_of(manifest, "dependencies"), crate.name):
        return True
    if crate.dev:
        return _in_table(table_of(manifest, "dev-dependencies"), crate.name)
    # A virtual workspace promises its members' crates in its own table.
    return "package" not in manifest and _in_table(
        table_of(table_of(manifest, "workspace"), "dependencies"), crate.name
    )


def _in_table(table: Toml, name: str) -> bool:
    wanted = name.replace("-", "_")
    for key, value in table.items():
        renamed = value.get("package") if isinstance(value, Mapping) else None
        if str(renamed or key).replace("-", "_") == wanted:
            return True
    return False
