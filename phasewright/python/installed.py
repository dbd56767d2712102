"""The Python that has pytest, found once: the user's environment, never one that a repository could name."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from phasewright import process
from phasewright.errors import PreflightFailed
from phasewright.python.at_work import Programs, PytestAtWork, python_view
from phasewright.sandbox import Sandbox
from phasewright.toolchain.quick import QuickStep

_DEADLINE_SECONDS = 60.0
_ASK = (
    "import json, sys, pytest; print(json.dumps({'python': sys.version.split()[0], 'pytest': pytest.__version__,"
    " 'prefix': sys.prefix, 'base': sys.base_prefix}))"
)


class Pytest:
    """An installed Python with pytest."""

    name = "pytest"
    manifest = "pyproject.toml"

    def __init__(self, programs: Programs) -> None:
        self.programs = programs

    @property
    def versions(self) -> dict[str, str]:
        """Program → version."""
        return self.programs.versions

    @property
    def digest(self) -> str:
        """What a cached result depends on: the versions, and which environment it is."""
        text = f"{self.programs.python}\n" + "\n".join(f"{k}={v}" for k, v in sorted(self.versions.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def quick(self) -> Mapping[str, QuickStep]:
        """The commands behind an agent's quick checks."""
        found = {"test": QuickStep(argv=("python", "-m", "pytest", "-q"), shown="python -m pytest -q")}
        if self.programs.ruff is not None:
            found["lint"] = QuickStep(argv=("ruff", "check", "."), shown="ruff check .", mends="ruff check --fix .")
            argv = ("ruff", "format", "--check", ".")
            found["format"] = QuickStep(argv=argv, shown=" ".join(argv), mends="ruff format .")
        return found

    def view(self, workspace: Path) -> Sandbox:
        """Return a sandbox that sees the environment and the Python that it was made from."""
        return python_view(self.programs, workspace)

    def on(self, checkout: Path, *, folder: str, target: Path, home: Path) -> PytestAtWork:
        """Return pytest at work on *checkout*; see toolchain/protocol.py."""
        return PytestAtWork(self.programs, checkout=checkout, folder=folder, target=target, home=home)


async def find_pytest(root: Path) -> Pytest:
    """Return the first Python that can import pytest: the active environment's, the one in *root*/.venv, python3.

    Raises:
        PreflightFailed: there is none; says what to install.
    """
    places = [os.environ.get("VIRTUAL_ENV"), str(root / ".venv")]
    pythons = [Path(place) / "bin" / "python" for place in places if place]
    on_path = process.which("python3")
    for python in [*pythons, *([on_path] if on_path else [])]:
        programs = await _ask(python)
        if programs is not None:
            return Pytest(programs)
    tried = "the active environment, .venv and python3"
    raise PreflightFailed([f"no Python with pytest ({tried} have none); run `pip install pytest` in the project's own"])


async def _ask(python: Path) -> Programs | None:
    if not python.is_file():
        return None
    env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}
    done = await process.run(
        [str(python), "-I", "-c", _ASK], cwd=Path("/"), env=env, deadline_seconds=_DEADLINE_SECONDS, split=True
    )
    if done.exit_code != 0:
        return None
    said = json.loads(done.text)
    versions = {"python": said["python"], "pytest": said["pytest"]}
    ruff = Path(said["prefix"]) / "bin" / "ruff"
    if ruff.is_file():
        told = await process.run([str(ruff), "--version"], cwd=Path("/"), env=env, deadline_seconds=_DEADLINE_SECONDS)
        versions["ruff"] = told.text.strip()
    return Programs(
        python=python,
        prefixes=tuple(dict.fromkeys((Path(said["prefix"]), Path(said["base"])))),
        ruff=ruff if "ruff" in versions else None,
        versions=versions,
    )
