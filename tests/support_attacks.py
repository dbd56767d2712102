"""The attack corpus: cases as files, made into real commits.

A case is a folder with `case.toml` (what it pretends, the phase) and patches over the workspace in `_workspace`:
`base.patch` (optional), `candidate.patch` on top of it, and `left-in-the-folder.patch`, which is never committed.
A case that has a `plan.md` stands alone: its base is `base.patch` in an empty folder, its phase the plan's first.
"""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support_crates import git

from parsers.read_plan import parse_plan
from phasewright.gate.checks.all import CHECKS, Check
from phasewright.plan import BlastRadius, CrateDependency, Criterion, FileChanges, Phase

FOLDER = Path(__file__).parent / "attacks"


@dataclass(frozen=True)
class Case:
    """One attack, or one piece of honest work."""

    name: str
    table: dict[str, Any]

    @property
    def is_attack(self) -> bool:
        return bool(self.table["kind"] == "attack")

    @property
    def about(self) -> str:
        return str(self.table.get("pretends") or self.table.get("why_honest"))

    @property
    def deadline_seconds(self) -> float:
        return float(self.table.get("test_seconds", 60))

    @property
    def stands_alone(self) -> bool:
        return (FOLDER / self.name / "plan.md").is_file()

    @property
    def phase(self) -> Phase:
        if self.stands_alone:
            place = FOLDER / self.name / "plan.md"
            return parse_plan(place.read_bytes(), path=place).phases[0]
        table = dict(self.table["phase"])
        files = {key: table.pop(key) for key in ("create", "modify", "delete", "move") if key in table}
        crates = tuple(CrateDependency.model_validate(crate) for crate in table.pop("crates", ()))
        criteria = tuple(Criterion.model_validate({"line": 1, **one}) for one in table.pop("criteria", ()))
        return Phase.model_validate(
            {
                "id": "1",
                "name": "labels",
                "line": 1,
                "files": FileChanges.model_validate(files),
                "crate_dependencies": crates,
                "acceptance_criteria": criteria,
                "blast_radius": BlastRadius(raw=table.pop("blast_radius", None)),
                **table,
            }
        )


def read_cases() -> Iterator[Case]:
    """Yield every case, attacks first, by name."""
    cases = [Case(path.parent.name, tomllib.loads(path.read_text())) for path in sorted(FOLDER.glob("*/case.toml"))]
    yield from sorted(cases, key=lambda case: (not case.is_attack, case.name))


def read_case(name: str) -> Case:
    return Case(name, tomllib.loads((FOLDER / name / "case.toml").read_text()))


def checks_without(codes: Collection[str]) -> tuple[Check, ...]:
    """Return all checks, deaf to what they find under *codes*."""

    def deaf(check: Check) -> Check:
        return lambda facts: (found for found in check(facts) if found.code not in codes)

    return tuple(deaf(check) for check in CHECKS)


def play(case: Case, root: Path) -> tuple[str, str]:
    """Make the case's repository at *root*, as an agent leaves it; return the base and the candidate commit."""
    if case.stands_alone:
        root.mkdir(parents=True)
    else:
        shutil.copytree(FOLDER / "_workspace", root, symlinks=True)
    for name, text in case.table.get("outside", {}).items():
        (root.parent / name).write_text(text)
    git(root, "init", "-q", "-b", "main")
    _apply(root, case, "base.patch")
    _lock(root)
    base = _commit(root, "base")
    _apply(root, case, "candidate.patch")
    if case.table.get("lock") != "stale":
        _lock(root)
    candidate = _commit(root, "work")
    _apply(root, case, "left-in-the-folder.patch")
    return base, candidate


def _apply(root: Path, case: Case, name: str) -> None:
    patch = FOLDER / case.name / name
    if patch.is_file() and patch.stat().st_size:
        text = patch.read_bytes().replace(b"@ROOT@", os.fsencode(root))
        subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"], cwd=root, input=text, check=True, capture_output=True
        )


def _commit(root: Path, message: str) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


def _lock(root: Path) -> None:
    argv = ["cargo", "generate-lockfile", "--offline", "--manifest-path", str(root / "Cargo.toml")]
    subprocess.run(argv, cwd="/", capture_output=True, check=False)
