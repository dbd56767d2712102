"""Result records: only what our own task can have written is ever loaded."""

import asyncio
import json
import os
import pickle
from base64 import encodebytes
from pathlib import Path
from typing import Any

import pytest

from phasewright.checkpoint.storage import prepare_storage, refuse_unsound_record
from phasewright.errors import PreflightFailed
from phasewright.result import PhaseResult, PhaseStatus

KEY = "phase-0123"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_storage(tmp_path / "results")
    return tmp_path / "results"


def real_record(folder: Path) -> dict[str, Any]:
    """Write a record as Prefect itself does, and return it."""
    from prefect.filesystems import LocalFileSystem
    from prefect.results import ResultStore
    from prefect.serializers import JSONSerializer

    async def write() -> None:
        store = ResultStore(result_storage=LocalFileSystem(basepath=str(folder)), serializer=JSONSerializer())
        result = PhaseResult(id="1", name="x", status=PhaseStatus.COMPLETE, key=KEY, artifacts=("a.rs",))
        await store.awrite(result, key=KEY)

    asyncio.run(write())
    return dict(json.loads((folder / KEY).read_text()))


def test_what_prefect_writes_for_us_is_sound(folder: Path) -> None:
    real_record(folder)

    assert refuse_unsound_record(folder, KEY) is None
    assert (folder / KEY).exists()


def test_none_is_no_problem(folder: Path) -> None:
    assert refuse_unsound_record(folder, KEY) is None


class Planted:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch planted-code-ran",)


def planted(record: dict[str, Any], name: str) -> str:
    """Return the text of *record*, changed into what somebody could plant."""
    serializer, result = record["metadata"]["serializer"], json.loads(record["result"])
    if name == "pickle":
        record["metadata"]["serializer"] = {"type": "pickle", "picklelib": "pickle", "picklelib_version": None}
        record["result"] = encodebytes(pickle.dumps(Planted())).decode()
    elif name == "no serializer":
        del record["metadata"]["serializer"]
    elif name == "compressed":
        record["metadata"]["serializer"] = {"type": "compressed/pickle"}
    elif name == "foreign json library":
        serializer["jsonlib"] = "cloudpickle"
    elif name == "foreign decoder":
        serializer["object_decoder"] = "os.system"
    elif name == "another class":
        record["result"] = json.dumps({"__class__": "antigravity.X", "data": {}})
    elif name == "a class inside":
        result["data"]["name"] = {"__class__": "antigravity.X", "data": {}}
        record["result"] = json.dumps(result)
    elif name == "an exception":
        record["result"] = json.dumps({"__exc_type__": "builtins.ValueError", "message": "no"})
    elif name == "no phase result":
        record["result"] = "null"
    text = json.dumps(record)
    return (
        text.replace('"metadata"', '"metadata": {}, "metadata"', 1)
        if name == "key twice"
        else text[: 40 if name == "half" else None]
    )


NAMES = ["pickle", "no serializer", "compressed", "foreign json library", "foreign decoder", "another class"]
NAMES += ["a class inside", "an exception", "no phase result", "key twice", "half"]


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_record_is_set_aside(folder: Path, name: str) -> None:
    (folder / KEY).write_text(planted(real_record(folder), name))
    why = refuse_unsound_record(folder, KEY)

    assert why
    assert [f"refused-{KEY}"] == os.listdir(folder)
    assert not Path("planted-code-ran").exists()


def test_a_link_is_set_aside(folder: Path, tmp_path: Path) -> None:
    real_record(folder)
    (folder / KEY).rename(tmp_path / "elsewhere")
    (folder / KEY).symlink_to(tmp_path / "elsewhere")

    assert "it is not a plain file" == refuse_unsound_record(folder, KEY)


def test_the_folder_is_private(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir(mode=0o755)
    prepare_storage(tmp_path / "results")

    assert "0o700" == oct((tmp_path / "results").stat().st_mode & 0o777)


def test_a_link_for_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "results").symlink_to(tmp_path / "real")
    with pytest.raises(PreflightFailed, match="of your own"):
        prepare_storage(tmp_path / "results")
