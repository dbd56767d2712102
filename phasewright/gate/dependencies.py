"""Which package of the repository depends on which, for its code or for its tests, as manifests say it. Pure."""

import posixpath
import tomllib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from phasewright.gate.tables import Toml, table_of

_KINDS = {"dependencies": False, "build-dependencies": False, "dev-dependencies": True, "dev_dependencies": True}
"""Table → whether it is for tests alone."""


class Dependency(NamedTuple):
    """One line of a manifest that leads to a folder of the repository."""

    user: str
    """Folder of the package that depends."""
    name: str
    """As the user's code and features call it."""
    folder: str
    """Of the package that is used."""
    features: tuple[str, ...]
    """What it turns on, `default` where it does not say otherwise."""
    is_dev: bool


def tables_by_folder(manifests: Mapping[str, str]) -> dict[str, Toml]:
    """Return the parsed manifests (path → text) by their folders; empty ones where they are not TOML."""
    return {posixpath.dirname(path): _parsed(text) for path, text in manifests.items()}


def dependencies(tables: Mapping[str, Toml]) -> Iterator[Dependency]:
    """Yield what the packages of a repository (folder → manifest) use of its folders."""
    for folder, table in sorted(tables.items()):
        parts = [table, *(one for one in table_of(table, "target").values() if isinstance(one, Mapping))]
        for part in parts:
            for kind, is_dev in _KINDS.items():
                for name, value in table_of(part, kind).items():
                    place = _place(folder, name, value, tables)
                    if place is not None and isinstance(value, Mapping):
                        is_shared = value.get("workspace") is True
                        inherited = table_of(_inherited(folder, tables)[1], name) if is_shared else {}
                        yield Dependency(folder, name, place, _features(value, inherited), is_dev)


def _place(folder: str, name: str, value: object, tables: Mapping[str, Toml]) -> str | None:
    """Return the folder that a dependency of *folder* leads to; None where it comes from elsewhere."""
    if not isinstance(value, Mapping):
        return None
    if value.get("workspace") is True:
        folder, table = _inherited(folder, tables)
        value = table_of(table, name)
    way = value.get("path")
    if not isinstance(way, str):
        return None
    place = posixpath.normpath(posixpath.join(folder, way))
    return "" if place == "." else place


def _inherited(folder: str, tables: Mapping[str, Toml]) -> tuple[str, Toml]:
    """Return the folder of the workspace that *folder* belongs to, and its table of dependencies."""
    named = table_of(tables[folder], "package").get("workspace")
    above = [up for up in tables if "workspace" in tables[up] and (up in ("", folder) or folder.startswith(f"{up}/"))]
    root = max(above, key=len, default="")
    if isinstance(named, str):
        root = posixpath.normpath(posixpath.join(folder, named)).removeprefix(".")
    return root, table_of(table_of(tables.get(root, {}), "workspace"), "dependencies")


def _features(value: Toml, inherited: Toml) -> tuple[str, ...]:
    found = [str(one) for table in (value, inherited) for one in _listed(table.get("features"))]
    is_plain = value.get("default-features", inherited.get("default-features", True)) is not False
    return (*found, "default") if is_plain else tuple(found)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _parsed(text: str) -> Toml:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
