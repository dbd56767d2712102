"""The wheel: one top-level name, everything inside, and a working command line in any directory."""

import os
import shutil
import subprocess
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("flows", "tasks", "parsers", "deployments")


def uv() -> str:
    """Return where uv is: the checkout's own, else the one on PATH."""
    own = ROOT / ".tools" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    assert found, "uv is missing: `make setup` brings it"
    return found


def run(*argv: str | Path, cwd: Path = ROOT, timeout_seconds: float = 240, **env: str) -> str:
    """Run a program; return its standard output, or fail with what it said."""
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    ended = subprocess.run(
        [str(part) for part in argv],
        cwd=cwd,
        env={**kept, **env},
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
    )
    assert 0 == ended.returncode, ended.stdout[-4000:] + ended.stderr[-4000:]
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the locked build back end, from the checkout as it is."""
    place = tmp_path_factory.mktemp("dist")
    python = ROOT / ".venv" / "bin" / "python"
    run(uv(), "build", "--wheel", "--no-build-isolation", "--python", python, "--out-dir", place)
    [built] = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel and the locked requirements in a clean environment; return its folder of programs."""
    place = tmp_path_factory.mktemp("clean") / "environment"
    run(uv(), "venv", "--quiet", "--python", ROOT / ".venv" / "bin" / "python", place)
    python = place / "bin" / "python"
    run(uv(), "pip", "sync", "--quiet", "--require-hashes", "--python", python, ROOT / "requirements.lock")
    run(uv(), "pip", "install", "--quiet", "--no-deps", "--python", python, wheel)
    return place / "bin"


def test_the_only_top_level_name_is_ours(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {"phasewright", "phasewright-0.1.0.dist-info"} == {name.partition("/")[0] for name in names}
    assert [] == [name for name in names if "/target/" in name or "__pycache__" in name]


def test_the_rooms_and_the_example_are_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert [] == [room for room in ROOMS if f"phasewright/project/{room}/__init__.py" not in names]
    example = {f"phasewright/project/examples/timespan/{name}" for name in ("session.yaml", "Cargo.lock", ".gitignore")}
    assert set() == example - names
    assert [name for name in names if name.startswith("phasewright/project/examples/timespan/.ai/plans/")]


def test_no_dependency_owns_the_names_of_our_rooms() -> None:
    owned = packages_distributions()

    assert {} == {room: owned[room] for room in ROOMS if set(owned.get(room, [])) - {"phasewright"}}


def test_an_installed_phasewright_finds_its_rooms_from_anywhere(installed: Path, tmp_path: Path) -> None:
    code = (
        "import phasewright; root = phasewright.project_root()\n"
        "import flows, tasks, parsers, deployments\n"
        "print(root, flows.__file__)"
    )
    root, flows = run(installed / "python", "-c", code, cwd=Path("/")).split()

    assert root.endswith("/site-packages/phasewright/project")
    assert flows == f"{root}/flows/__init__.py"
    assert "model-server" in run(installed / "phasewright", "--help", cwd=Path("/"))


@pytest.mark.cargo
@pytest.mark.prefect
@pytest.mark.timeout(600)
def test_an_installed_phasewright_runs_the_demo_from_anywhere(
    installed: Path, tmp_path: Path, kept_prefect: object
) -> None:
    told = run(installed / "phasewright", "demo", cwd=Path("/"), timeout_seconds=500, TMPDIR=str(tmp_path))

    assert "phases 2 and 3 worked side by side" in told
    assert "The scripted session did not fit" not in told
    assert 1 == len(list(tmp_path.glob("phasewright-demo-*/timespan")))
