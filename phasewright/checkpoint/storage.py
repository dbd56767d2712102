"""The folder of Prefect's result files, and a look at each record before Prefect loads it.

A record names the serializer that loads it, whatever the task says: one that names pickle runs code. A JSON record
may name classes to import. So only records that our own task can have written are let through; whoever can write
here could make us run theirs, which is why the folder is private as well.
"""

import json
import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from phasewright.errors import PreflightFailed

_logger = logging.getLogger(__name__)
_SIZE_LIMIT = 50_000_000
_SERIALIZER: dict[str, object] = {
    "type": "json",
    "jsonlib": "json",
    "object_encoder": "prefect.serializers.prefect_json_object_encoder",
    "object_decoder": "prefect.serializers.prefect_json_object_decoder",
    "dumps_kwargs": {},
    "loads_kwargs": {},
}
RESULT_CLASS = "phasewright.result.PhaseResult"


def prepare_storage(folder: Path) -> None:
    """Make *folder* for results: ours alone.

    Raises:
        PreflightFailed: it belongs to somebody else, or is no folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
        raise PreflightFailed(
            [f"results are kept in {str(folder)!r}, which must be a folder of your own; move it away"]
        )
    folder.chmod(0o700)


def refuse_unsound_record(folder: Path, key: str, classes: Iterable[str] = (RESULT_CLASS,)) -> str | None:
    """Set the record under *key* aside if it is not one of ours, so that it is never loaded.

    Returns why it was refused (its phase is then done again); None when it is sound or there is none.
    """
    record = folder / key
    try:
        why = _unsound(record, frozenset(classes))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        why = f"it cannot be read ({problem})"
    if why:
        record.rename(folder / f"refused-{key}")
        _logger.warning("checkpoint %s is refused: %s", key, why)
    return why


def _unsound(record: Path, classes: frozenset[str]) -> str | None:
    state = record.lstat()
    if not stat.S_ISREG(state.st_mode):
        return "it is not a plain file"
    if state.st_uid != os.geteuid():
        return "it belongs to another user"
    if state.st_size > _SIZE_LIMIT:
        return f"it is larger than {_SIZE_LIMIT} bytes"
    outer = _strict_json(record.read_bytes().decode())
    metadata = outer.get("metadata") if isinstance(outer, dict) else None
    serializer = metadata.get("serializer") if isinstance(metadata, dict) else None
    if not isinstance(serializer, dict) or serializer.get("type") != "json":
        named = serializer.get("type") if isinstance(serializer, dict) else serializer
        return f"it names the serializer {named!r} instead of 'json'"
    if any(name not in _SERIALIZER or value != _SERIALIZER[name] for name, value in serializer.items()):
        return "its serializer has settings that are not ours"
    return _foreign_class(_strict_json(outer["result"]) if isinstance(outer.get("result"), str) else None, classes)


def _foreign_class(result: Any, classes: frozenset[str]) -> str | None:
    """Return why *result* is refused: it names a class of somebody else's, or is none of ours."""
    if not isinstance(result, dict) or result.get("__class__") not in classes:
        return f"it holds no {' or '.join(sorted(classes))}"
    waiting = list(result.values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "__class__" in value or "__exc_type__" in value:
                return "it names a class inside its data"
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return None


def _strict_json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_no_key_twice)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ on which of two equal keys counts."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
