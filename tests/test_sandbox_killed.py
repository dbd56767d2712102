"""Nothing of a sandbox outlives us, whenever we are killed: while it is being built, or long after.

A few moments here; `make torture` takes two hundred.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support_sandbox import alive

from phasewright.sandbox import Sandbox, hand_over

IS_TORTURE = os.environ.get("PHASEWRIGHT_TORTURE_EVERY") == "1"
MOMENTS = [n / 2000 for n in range(200)] if IS_TORTURE else [0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.5]
PROGRAM = """
import asyncio, sys
from phasewright.sandbox import Sandbox, run_sandboxed
box = Sandbox.model_validate_json(sys.argv[1])
print(flush=True)
asyncio.run(run_sandboxed(box, ["sh", "-c", sys.argv[2].replace("_", " ")], deadline_seconds=60))
"""


@pytest.mark.parametrize("after_seconds", MOMENTS)
async def test_sandbox_dies_with_us(tmp_path: Path, after_seconds: float) -> None:
    """kill -9 of the process that started it: it cannot clean up any more."""
    (tmp_path / "w").mkdir()
    hand_over(tmp_path / "w")
    seconds = f"{6200 + int(after_seconds * 10000)}.{os.getpid()}"
    argv = [sys.executable, "-c", PROGRAM, Sandbox(workspace=tmp_path / "w").model_dump_json()]
    with subprocess.Popen([*argv, f"setsid_sleep_{seconds}&_wait"], stdout=subprocess.PIPE) as ours:
        assert ours.stdout is not None
        ours.stdout.readline()
        await asyncio.sleep(after_seconds)
        ours.kill()
    for _ in range(40):
        await asyncio.sleep(0.05)
        if not alive(seconds):
            break
    await asyncio.sleep(0.1)

    assert 0 == alive(seconds)
