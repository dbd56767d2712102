"""The examples in docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_ROOMS = ("phasewright", "parsers", "tasks", "flows", "deployments")
_WITH_EXAMPLES = [path for room in _ROOMS for path in sorted((_ROOT / room).rglob("*.py")) if ">>>" in path.read_text()]


@pytest.mark.parametrize("path", _WITH_EXAMPLES, ids=lambda path: path.stem)
def test_examples_hold(path: Path) -> None:
    module = importlib.import_module(".".join(path.relative_to(_ROOT).with_suffix("").parts))
    said = doctest.testmod(module)
    assert said.attempted
    assert not said.failed
