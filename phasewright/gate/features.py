"""Which features of a repository's packages are on by default, and which in tests alone, by dev-dependencies. Pure.

Source: Cargo book, "Features", read 2026-11.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from phasewright.gate.dependencies import Dependency, dependencies, tables_by_folder
from phasewright.gate.tables import Toml, table_of


class Feature(NamedTuple):
    """One feature of one package."""

    folder: str
    """Of the package."""
    name: str


def features_of_tests(manifests: Mapping[str, str], trusted: Collection[str] | None = None) -> frozenset[Feature]:
    """Return the features that are on in tests, and neither by default nor for any package that uses them.

    Args:
        manifests: path → text.
        trusted: those of them that may turn on a feature for their code; None: all.
    """
    tables = tables_by_folder(manifests)
    users = tables if trusted is None else tables_by_folder({path: manifests[path] for path in trusted})
    used = list(dependencies(tables))
    plain = [Feature(one.folder, name) for one in used if not one.is_dev and one.user in users for name in one.features]
    plain += [Feature(folder, "default") for folder in tables]
    tested = [Feature(one.folder, name) for one in used if one.is_dev for name in one.features]
    return frozenset(_closure(tested, tables, used) - _closure(plain, tables, used))


def default_features(manifests: Mapping[str, str], folder: str) -> frozenset[str]:
    """Return the features of the package in *folder* that are on unless somebody switches them off."""
    tables = tables_by_folder(manifests)
    found = _closure([Feature(folder, "default")], tables, list(dependencies(tables)))
    return frozenset(one.name for one in found if one.folder == folder)


def has_choices(manifests: Mapping[str, str]) -> bool:
    """Return True where a package can be built with other features than those that are on by default."""
    tables = tables_by_folder(manifests).values()
    return any(table_of(table, "features") or _has_optional(table) for table in tables)


def _has_optional(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    return value.get("optional") is True or any(map(_has_optional, value.values()))


def _closure(features: Iterable[Feature], tables: Mapping[str, Toml], used: Iterable[Dependency]) -> set[Feature]:
    """Return *features* and all that they turn on."""
    places = {(one.user, one.name): one.folder for one in used}
    found: set[Feature] = set()
    todo = list(features)
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found.add(one)
        words = table_of(tables.get(one.folder, {}), "features").get(one.name)
        for word in map(str, words if isinstance(words, list) else ()):
            other, slash, inner = word.partition("/")
            if slash and (one.folder, other.rstrip("?")) in places:
                todo.append(Feature(places[one.folder, other.rstrip("?")], inner))
            elif not slash and not word.startswith("dep:"):
                todo.append(Feature(one.folder, word))
    return found
