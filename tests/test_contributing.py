"""CONTRIBUTING.md keeps up with the code."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[<>=;\s\[]", line)[0] for line in declared}
    section = PAGE.partition("## Dependencies and why")[2]

    assert set() == {name for name in names if f"`{name}`" not in section}


def test_every_reason_has_its_dependency() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").lower()
    named = re.findall(r"`([a-z][a-z0-9-]+)`", PAGE.partition("## Dependencies and why")[2])

    assert set() == {name for name in named if f'"{name}' not in declared}


def test_the_map_names_what_is_there() -> None:
    rooms = re.findall(r"^\| ((?:`[a-z_./]+`(?:, )?)+) \|", PAGE.partition("## Work")[0], re.MULTILINE)
    paths = [path for cell in rooms for path in re.findall(r"`([^`]+)`", cell)]

    assert len(paths) > 15
    missing = [path for path in paths if not (ROOT / path).exists() and not (ROOT / "phasewright" / path).exists()]
    assert [] == missing
