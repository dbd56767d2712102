"""A whole run on a repository of Python: a lie is refused, mended and landed, and pytest is what judges."""

import json
import sys
from pathlib import Path

import pytest
from support_runs import Scene, Told, agents, plan_text, statuses
from test_gate_python import BOX, BOX_TEST, PYTHON

from phasewright.scripted import Conversation, ScriptedServer

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(600)]
TEST = "tests/test_volume.py"


def mending(conversation: Conversation) -> list[tuple[str, str]]:
    """First a test that proves nothing, then one that does."""
    first = conversation.attempt == 1
    return [("src/shapes/__init__.py", BOX), (TEST, "def test_volume():\n    assert True\n" if first else BOX_TEST)]


def test_a_plan_for_python_ends_in_verified_commits(tmp_path: Path) -> None:
    plan = plan_text(Told("1", (TEST,), (), "**Blast Radius:** `pytest tests/test_volume.py`\n"))
    with ScriptedServer(agents(mending)) as server:
        scene = Scene(tmp_path, plan, server, PYTHON)
        done = scene.run("--json", VIRTUAL_ENV=sys.prefix)

    assert 0 == done.returncode, done.stderr
    assert {"1": ("COMPLETE", None)} == statuses(json.loads(done.stdout))
    assert BOX_TEST == scene.git("show", f"HEAD:{TEST}")
