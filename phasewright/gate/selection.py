"""Selections of tests, and what they select. The gate runs what it runs; a selection only picks from the results."""

from collections.abc import Iterable

from pydantic import BaseModel

from phasewright.toolchain.outcomes import Identity


class Selection(BaseModel, frozen=True):
    """Tests that one command of a blast radius names. Empty fields select everything."""

    text: str = ""
    packages: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    targets: tuple[tuple[str, str], ...] = ()
    """(kind, name); an empty name means all of that kind."""
    patterns: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    exact: bool = False
    build_only: bool = False
    explicit: bool = True
    """False: the plan has no blast radius field, so everything is meant."""
    notes: tuple[str, ...] = ()


class Selected(BaseModel, frozen=True):
    """The tests that a selection found."""

    tests: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why nothing can be selected; empty when the selection itself is sound."""


def select(selection: Selection, tests: Iterable[str], crates: frozenset[str]) -> Selected:
    """Return the tests that *selection* names.

    A pattern that matches nothing is tried once more without its first `name::` when that is a crate's name.
    """
    identities = [Identity.read(test) for test in tests]
    known = {_norm(crate) for crate in crates}
    missing = [name for name in selection.packages if _norm(name) not in known]
    if missing:
        return Selected(problem=f"no package {missing[0]!r} in the workspace (packages: {', '.join(sorted(crates))})")
    notes = list(selection.notes)
    hit = _pick(selection, identities, selection.patterns)
    if not hit and selection.patterns:
        shorter = tuple(_without_crate(pattern, known) for pattern in selection.patterns)
        if shorter != selection.patterns:
            hit = _pick(selection, identities, shorter)
            if hit:
                notes.append(f"{selection.text!r} matched without the crate's name: {' '.join(shorter)}")
    return Selected(tests=tuple(str(identity) for identity in hit), notes=tuple(notes))


def _pick(selection: Selection, identities: list[Identity], patterns: tuple[str, ...]) -> list[Identity]:
    packages = {_norm(name) for name in selection.packages}
    excluded = {_norm(name) for name in selection.exclude}
    return [
        i
        for i in identities
        if (not packages or _norm(i.package) in packages)
        and _norm(i.package) not in excluded
        and (not selection.targets or any(_is_target(i, kind, name) for kind, name in selection.targets))
        and (not patterns or any(p == i.test if selection.exact else p in i.test for p in patterns))
        and not any(word in i.test for word in selection.skip)
    ]


def _is_target(identity: Identity, kind: str, name: str) -> bool:
    if name and _norm(name) != _norm(identity.target):
        return False
    return kind in ("*", identity.kind) or (kind == "lib" and identity.kind == "proc-macro")


def _without_crate(pattern: str, crates: set[str]) -> str:
    first, separator, rest = pattern.partition("::")
    return rest if separator and _norm(first) in crates | {"crate"} else pattern


def _norm(name: str) -> str:
    return name.replace("-", "_")
