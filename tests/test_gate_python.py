"""Repositories of Python: the same gate, with pytest as its toolchain."""

import sys
from pathlib import Path

import pytest
from support_crates import Files, phase_of
from support_gate import World, new_world, said

from phasewright.gate.facts import GateSettings
from phasewright.result import Judgement, PhaseStatus

SHAPES = '''"""Shapes."""


def area(width: int, height: int) -> int:
    """Return the area of a rectangle."""
    return width * height
'''
TESTS = """import pytest
from shapes import area


@pytest.mark.parametrize("width", [1, 2])
def test_area(width):
    assert area(width, 3) == width * 3


class TestEdges:
    def test_nothing(self):
        assert area(0, 3) == 0
"""
PYTHON: dict[str, str] = {
    "pyproject.toml": '[project]\nname = "shapes"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
    'addopts = "-p no:hypothesispytest -p no:asyncio"\n',
    "src/shapes/__init__.py": SHAPES,
    "tests/conftest.py": "import pytest\n",
    "tests/test_area.py": TESTS,
    "tests/test_old.py": "def test_old():\n    assert 2 == 1 + 1\n",
}
BOX = f'''{SHAPES}

def volume(width: int, height: int, depth: int) -> int:
    """Return the volume of a box."""
    return area(width, height) * depth
'''
BOX_TEST = "from shapes import volume\n\n\ndef test_volume():\n    assert volume(2, 3, 4) == 24\n"
SECOND_TIME = """import tempfile
from pathlib import Path

from shapes import volume


def test_volume():
    mark = Path(tempfile.gettempdir()) / "mark"
    seen = mark.exists()
    mark.touch()
    assert seen or volume(2, 3, 4) == 25
"""
WORK = phase_of(modify=("src/shapes/__init__.py",))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("python"), PYTHON, GateSettings(test_seconds=20))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of these tests has pytest."""
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)


async def test_honest_work_is_complete(world: World) -> None:
    judgement = await world.judge({"src/shapes/__init__.py": BOX, "tests/test_volume.py": BOX_TEST}, WORK)

    assert (PhaseStatus.COMPLETE, []) == said(judgement)
    assert ("shapes/test/tests/test_volume.py::test_volume",) == judgement.verdict.tests.added
    assert (4, 4, 5) == (judgement.verdict.tests.before.total, *_passed(judgement))
    assert "shapes/test/tests/test_area.py::test_area[2]" in judgement.evidence.tests_before
    assert {"python", "pytest"} <= judgement.evidence.toolchain.keys()


@pytest.mark.parametrize(
    ("files", "code"),
    [
        pytest.param({"src/shapes/__init__.py": SHAPES.replace("* height", "+ height")}, "test-regressed", id="broken"),
        pytest.param({"tests/test_area.py": None}, "test-vanished", id="deleted"),
        pytest.param({"tests/test_area.py": TESTS.replace("[1, 2]", "[1]")}, "test-vanished", id="a parameter less"),
        pytest.param(
            {"tests/test_area.py": TESTS.replace("    def test_n", "    @pytest.mark.skip\n    def test_n")},
            "newly-ignored",
            id="skipped",
        ),
        pytest.param(
            {"tests/test_area.py": TESTS.replace("    def test_n", "    @pytest.mark.xfail\n    def test_n")},
            "newly-ignored",
            id="expected to fail",
        ),
        pytest.param({"src/shapes/__init__.py": "def area(:\n"}, "test-vanished", id="does not parse"),
        pytest.param({"src/shapes/more.py": "def more(:\n"}, "lint", id="nobody imports what does not parse"),
        pytest.param(
            {"tests/conftest.py": "def pytest_collection_modifyitems(items):\n    items.clear()\n"},
            "protected-path",
            id="conftest",
        ),
        pytest.param({"sitecustomize.py": "import os\n"}, "protected-path", id="sitecustomize"),
        pytest.param(
            {"src/shapes/__init__.py": SHAPES.replace("* height", "+ height"), "_pytest/__init__.py": "x = 1\n"},
            "test-regressed",
            id="a module called like pytest's",
        ),
        pytest.param(
            {"src/shapes/__init__.py": SHAPES.replace("    return", "    import _pytest.runner\n\n    return")},
            "escape-hatch",
            id="pytest's insides",
        ),
        pytest.param(
            {"tests/test_volume.py": f'pytest_plugins = ("hooks",)\n{BOX_TEST}', "src/shapes/__init__.py": BOX},
            "escape-hatch",
            id="plugins of its own",
        ),
        pytest.param(
            {"src/shapes/__init__.py": BOX, "tests/test_volume.py": SECOND_TIME},
            "new-test-fails",
            id="green the second time",
        ),
        pytest.param({"pytest.ini": "[pytest]\naddopts = -k nothing\n"}, "protected-path", id="pytest.ini"),
        pytest.param(
            {"pyproject.toml": PYTHON["pyproject.toml"].replace("-p no:asyncio", "--deselect tests/test_area.py")},
            "manifest-target",
            id="addopts",
        ),
        pytest.param(
            {
                "src/shapes/__init__.py": SHAPES.replace("* height", "+ height"),
                "tests/test_area.py": TESTS.replace("width * 3", "width + 3").replace("== 0", "== 3"),
            },
            "test-body-changed",
            id="tests bent to the code",
        ),
        pytest.param(
            {"src/shapes/__init__.py": SHAPES + "\n\ndef volume(box):\n    raise NotImplementedError\n"},
            "stub-macro",
            id="a stub",
        ),
        pytest.param({"src/shapes/__init__.py": SHAPES + "\n\ndef volume(box):\n    pass\n"}, "empty-body", id="empty"),
        pytest.param(
            {"src/shapes/__init__.py": BOX, "tests/test_volume.py": "def test_volume():\n    assert True\n"},
            "vacuous-test",
            id="a test of nothing",
        ),
        pytest.param(
            {
                "src/shapes/__init__.py": SHAPES + '\n\ndef own(name):\n    """Make an address."""\n    return name\n',
                "tests/test_slug.py": 'from shapes import own\n\n\ndef test_own():\n    assert own("a-b") == "a-b"\n',
            },
            "vacuous-test",
            id="what it was given",
        ),
        pytest.param(
            {"src/shapes/__init__.py": SHAPES.replace("    return", "    import os\n\n    os._exit(0)\n    return")},
            "report-broken",
            id="exits 0",
        ),
    ],
)
async def test_a_lie_is_refused(world: World, files: Files, code: str) -> None:
    judgement = await world.judge(files, WORK)

    assert judgement.verdict.status != PhaseStatus.COMPLETE
    assert code in said(judgement)[1]


def _passed(judgement: Judgement) -> tuple[int, int]:
    return judgement.verdict.tests.before.passed, judgement.verdict.tests.after.passed


async def test_old_failures_are_not_charged(tmp_path: Path) -> None:
    old = {"tests/test_old.py": "def test_old():\n    assert 1 == 2\n", "tests/test_gone.py": "import gone\n"}
    world = new_world(tmp_path, PYTHON | old)
    judgement = await world.judge({"src/shapes/__init__.py": BOX, "tests/test_volume.py": BOX_TEST}, WORK)

    assert (PhaseStatus.COMPLETE, []) == said(judgement)
    assert ["pre-existing"] * 2 == [found.code for found in judgement.verdict.findings if found.check == "tests"]


async def test_a_stricter_test_is_no_weaker_one(world: World) -> None:
    stricter = TESTS.replace("== 0", "== 0\n        assert area(3, 0) == 0")
    judgement = await world.judge({"src/shapes/__init__.py": BOX, "tests/test_area.py": stricter}, WORK)

    assert (PhaseStatus.COMPLETE, []) == said(judgement)


async def test_what_the_plan_gives_up_may_go(world: World) -> None:
    phase = phase_of(modify=("src/shapes/__init__.py",), delete=("tests/test_old.py",))
    judgement = await world.judge({"src/shapes/__init__.py": BOX, "tests/test_old.py": None}, phase)

    assert (PhaseStatus.COMPLETE, []) == said(judgement)


async def test_a_test_that_hangs_is_a_timeout_that_names_it(world: World) -> None:
    hangs = BOX_TEST.replace("    assert", "    import time\n\n    time.sleep(600)\n    assert")
    quick = world._replace(settings=GateSettings(test_seconds=3))
    judgement = await quick.judge({"src/shapes/__init__.py": BOX, "tests/test_volume.py": hangs}, WORK)

    assert PhaseStatus.TIMEOUT == judgement.verdict.status
    assert "test_volume" in " ".join(found.message for found in judgement.verdict.errors())


async def test_final_validation_runs_everything(world: World) -> None:
    validation = await world.validate({"src/shapes/__init__.py": BOX, "tests/test_volume.py": BOX_TEST})

    assert validation.passed
    assert validation.release_build_ok
    assert (5, 5) == (validation.tests.after.total, validation.tests.after.passed)
