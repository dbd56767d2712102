"""Cargo roots beside the topmost one: packages and workspaces that cargo reaches from their own folder alone.

`cargo test --workspace` at the top never runs them, so a lie there would be believed. Which they are is read from the
manifests, before anything of the candidate runs. Source of the membership rules: Cargo book, "Workspaces".
"""

import fnmatch
import hashlib
import posixpath
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from phasewright.gate.facts import SideFacts
from phasewright.gate.tables import Toml, table_of
from phasewright.toolchain.outcomes import Identity, TestOutcomes

_TEST_DATA = re.compile(r"(^|/)(tests|snapshots|testdata|test_data|fixtures|golden)/")
"""Packages in here are what tests read; a new one need not even build."""


class Root(BaseModel, frozen=True):
    """One root that is judged beside the topmost one."""

    folder: str
    names: dict[str, str] = {}
    """Package → its name in identities, where another root has a package of the same name."""

    @property
    def target_name(self) -> str:
        """Return a folder's name for its target: cargo's own names collide between roots."""
        return f"{self.folder.rpartition('/')[2]}-{hashlib.sha256(self.folder.encode()).hexdigest()[:8]}"

    def outcomes(self, tests: TestOutcomes) -> TestOutcomes:
        """Return *tests* under the names that identities have."""
        return TestOutcomes(
            outcomes={self.renamed(test): outcome for test, outcome in tests.outcomes.items()},
            places={self.renamed(test): place for test, place in tests.places.items()},
            failures={self.renamed(test): text for test, text in tests.failures.items()},
            broken=tuple(f"{self.folder}: {text}" for text in tests.broken),
            foreign=tuple(f"{self.folder}: {name}" for name in tests.foreign),
            hung=tuple(self.renamed(test) for test in tests.hung),
        )

    def renamed(self, test: str) -> str:
        """Return the identity of *test* among all roots."""
        return _with_package(test, self.names)

    def own(self, test: str) -> str:
        """Return what cargo calls the identity *test* in this root."""
        return _with_package(test, {new: old for old, new in self.names.items()})

    def package(self, name: str) -> str:
        """Return what cargo calls the package *name* of identities in this root."""
        return next((own for own, new in self.names.items() if new == name), name)


class Sides(NamedTuple):
    """What is compared: facts of all roots together."""

    before: SideFacts
    after: SideFacts
    roots: tuple[Root, ...] = ()
    """Roots of the candidate beside the topmost one that were judged."""
    unbuilt_roots: tuple[str, ...] = ()
    """Folders of roots that build neither before nor after: nothing can be said about them."""


def roots_to_judge(
    base: Mapping[str, str], head: Mapping[str, str], changed: Iterable[str], vendored: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the folders of the roots beside the topmost one that *changed* paths can reach.

    Args:
        base: path → text of base's manifests.
        head: the same of the candidate.
        vendored: folders that hold a copy by `cargo vendor` at base: changed as a whole, judged by their checksums.
    """
    paths = list(changed)
    old, new = other_roots(base), other_roots(head)
    fresh = {root for root in new if root not in old and not _TEST_DATA.search(f"{root}/")}
    known = {root for root in old if root not in vendored}
    return tuple(root for root in sorted(known | fresh) if any(_reaches(root, side, paths) for side in (base, head)))


def other_roots(manifests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folders of all roots but the topmost. Pure.

    A package below a `[workspace]` that does not exclude it is its member, or cargo refuses it: no root either way.
    """
    tables = {posixpath.dirname(path): _parsed(text) for path, text in manifests.items()}
    top = topmost(tables)
    return tuple(folder for folder in sorted(tables) if folder != top and _is_root(folder, tables))


def holding(tree: Iterable[str], roots: Iterable[str]) -> list[str]:
    """Return those of *roots* that have a manifest in *tree*."""
    paths = set(tree)
    return [folder for folder in roots if f"{folder}/Cargo.toml" in paths]


def topmost(folders: Iterable[str]) -> str | None:
    """Return the folder that stands for the repository: the root, else the one with the shortest way to it."""
    return min(folders, key=lambda folder: (folder != "", folder.count("/"), folder), default=None)


def join(before: SideFacts, after: SideFacts, old: Mapping[str, SideFacts], new: Mapping[str, SideFacts]) -> Sides:
    """Return both sides with the facts of the other roots in them. Pure.

    Args:
        old: folder → facts, of base's roots.
        new: the same of the candidate's.
    """
    members = {member.folder for member in after.workspace.members} if after.workspace else set()
    new = {folder: facts for folder, facts in new.items() if folder not in members}
    unbuilt = tuple(folder for folder, facts in new.items() if folder in old and not (old[folder].built or facts.built))
    old = {folder: facts for folder, facts in old.items() if facts.built}
    new = {folder: facts for folder, facts in new.items() if folder not in unbuilt}
    shared = _shared(before, old) | _shared(after, new)
    roots = tuple(_root(folder, facts, shared) for folder, facts in new.items())
    return Sides(
        before=_with(before, [(_root(folder, facts, shared), facts) for folder, facts in old.items()]),
        after=_with(after, [(root, new[root.folder]) for root in roots]),
        roots=tuple(root for root in roots if new[root.folder].built),
        unbuilt_roots=unbuilt,
    )


def _parsed(text: str) -> Toml:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _is_root(folder: str, tables: Mapping[str, Toml]) -> bool:
    table = tables[folder]
    if "workspace" in table:
        return True
    if "package" not in table or "workspace" in table_of(table, "package"):
        return False
    return not any("workspace" in tables[up] and not _excludes(up, tables[up], folder) for up in _above(folder, tables))


def _above(folder: str, tables: Mapping[str, Toml]) -> list[str]:
    return [up for up in tables if up != folder and (not up or folder.startswith(f"{up}/"))]


def _excludes(workspace: str, table: Toml, folder: str) -> bool:
    inner = folder.removeprefix(f"{workspace}/") if workspace else folder
    named = table_of(table, "workspace").get("exclude")
    excluded = [posixpath.normpath(str(one)) for one in named] if isinstance(named, list) else []
    return any(inner == one or inner.startswith(f"{one}/") or fnmatch.fnmatchcase(inner, one) for one in excluded)


def _reaches(root: str, manifests: Mapping[str, str], changed: Iterable[str]) -> bool:
    """Return True where a change may matter to *root*: it lies in its folder, or the root uses code from outside."""
    if any(path.startswith(f"{root}/") for path in changed):
        return True
    if _TEST_DATA.search(f"{root}/"):
        return False
    inside = {path: text for path, text in manifests.items() if path.startswith(f"{root}/")}
    return any(_leads_out(root, posixpath.dirname(path), _parsed(text)) for path, text in inside.items())


def _leads_out(root: str, folder: str, value: object) -> bool:
    """Return True where a `path = …` in a manifest of *folder* leaves *root*."""
    if isinstance(value, Mapping):
        way = value.get("path")
        if isinstance(way, str):
            target = posixpath.normpath(posixpath.join(folder, way))
            if target != root and not target.startswith(f"{root}/"):
                return True
        return any(_leads_out(root, folder, inner) for inner in value.values())
    return isinstance(value, list) and any(_leads_out(root, folder, inner) for inner in value)


def _shared(top: SideFacts, roots: Mapping[str, SideFacts]) -> set[str]:
    """Return the package names that more than one folder of a side has."""
    folders: dict[str, set[str]] = {}
    for facts in (top, *roots.values()):
        for member in facts.workspace.members if facts.workspace else ():
            folders.setdefault(_norm(member.name), set()).add(member.folder)
    return {name for name, places in folders.items() if len(places) > 1}


def _root(folder: str, facts: SideFacts, shared: set[str]) -> Root:
    names: dict[str, str] = {}
    for member in facts.workspace.members if facts.workspace else ():
        if _norm(member.name) in shared:
            new = f"{member.name}@{member.folder.replace('/', '.')}"
            names |= {member.name: new, _norm(member.name): new}
    return Root(folder=folder, names=names)


def _with(top: SideFacts, roots: list[tuple[Root, SideFacts]]) -> SideFacts:
    for root, facts in roots:
        top = _merged(top, root, facts)
    return top


def _merged(top: SideFacts, root: Root, facts: SideFacts) -> SideFacts:
    members = facts.workspace.members if facts.workspace else ()
    workspace = top.workspace
    if workspace is not None:
        named = tuple(
            member.model_copy(update={"name": root.names.get(member.name, member.name), "root": root.folder})
            for member in members
        )
        workspace = workspace.model_copy(update={"members": (*workspace.members, *named)})
    return top.model_copy(
        update={
            "workspace": workspace,
            "built": top.built and facts.built,
            "build_timed_out": top.build_timed_out or facts.build_timed_out,
            "errors": (*top.errors, *facts.errors),
            "log": top.log or facts.log,
            "tests": top.tests.merged(root.outcomes(facts.tests)),
            "lints": dict(Counter(top.lints) + Counter(facts.lints)),
            "origins": top.origins | facts.origins,
            "lint_examples": facts.lint_examples | top.lint_examples,
            "unformatted": tuple(sorted({*top.unformatted, *facts.unformatted})),
            "format_problem": top.format_problem or facts.format_problem,
            "compiled": tuple(sorted({*top.compiled, *facts.compiled})),
            "touched": tuple(sorted({*top.touched, *facts.touched})),
            "commands": (*top.commands, *facts.commands),
        }
    )


def _with_package(test: str, names: Mapping[str, str]) -> str:
    if test.count("/") < 2 or "::" not in test:
        return test  # an executable's name
    identity = Identity.read(test)
    return str(identity._replace(package=names.get(identity.package, identity.package)))


def _norm(name: str) -> str:
    return name.replace("-", "_")
