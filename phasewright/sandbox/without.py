"""Without a sandbox: for the demo alone, whose agents are a script that comes with phasewright.

Programs get the same environment, deadline and folders, and nothing keeps them from the rest of the machine.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phasewright.process import Finished
from phasewright.sandbox.box import Sandbox
from phasewright.sandbox.command import Command
from phasewright.sandbox.masks import masks_of
from phasewright.sandbox.profile import environment_of, mounts_of

_agreed: list[str] = []


def go_without(why: str) -> None:
    """Let this process, from now on, run without a sandbox what would run in one.

    Only the demo calls this; a test says so. No option, no file and no variable leads here.

    Args:
        why: what the sandbox lacks here, for the report.
    """
    _agreed.append(why)


def why_without() -> str | None:
    """Return why this process goes without a sandbox; None where it does not."""
    return _agreed[-1] if _agreed else None


async def run_bare(box: Sandbox, command: Command) -> Finished:
    """Do what `run_sandboxed` does, without the walls: a process that leaves its group is not found again."""
    with _home(box) as home:
        env = {name: value.replace(str(box.home), str(home)) for name, value in environment_of(box).items()}
        finished = await command.run_as(command.argv, cwd=command.cwd, env=env)
    died_by = -(finished.exit_code or 0)
    return finished.model_copy(update={"exit_code": 128 + died_by}) if died_by > 0 else finished


@contextmanager
def _home(box: Sandbox) -> Iterator[Path]:
    """Yield an empty home in which cargo finds its crates, as in a sandbox."""
    with tempfile.TemporaryDirectory(prefix="phasewright-home-") as folder:
        home = Path(folder)
        cargo = home / box.cargo_home.relative_to(box.home)
        cargo.mkdir()
        for mount in mounts_of(box):
            if mount.target.parent == box.cargo_home:
                (cargo / mount.target.name).symlink_to(mount.source)
        for place, content in masks_of(box).items():
            if place.parent == box.cargo_home:
                (cargo / place.name).write_bytes(content)
        yield home
