"""Artifacts: what the UI shows on a run's Artifacts tab. A failure to show is a warning, never a failed phase."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

logger = logging.getLogger(__name__)
T = TypeVar("T")


async def show_markdown(key: str, markdown: str, description: str) -> None:
    """Store a markdown artifact under *key* (made of lower-case letters, digits and dashes)."""
    await _shown(key, lambda: acreate_markdown_artifact(markdown=markdown, key=_key_of(key), description=description))


async def show_table(key: str, rows: Sequence[Mapping[str, object]], description: str) -> None:
    """Store a table artifact under *key*; a newer one takes the place of an older one."""
    table = [dict(row) for row in rows]
    await _shown(key, lambda: acreate_table_artifact(table=table, key=_key_of(key), description=description))


async def show_progress(artifact: UUID | None, key: str, percent: float, description: str) -> UUID | None:
    """Move the progress bar *artifact*, or make one under *key*. Return it; None: it could not be shown."""
    if artifact is None:
        return await _shown(
            key, lambda: acreate_progress_artifact(progress=percent, key=_key_of(key), description=description)
        )
    await _shown(key, lambda: aupdate_progress_artifact(artifact, progress=percent, description=description))
    return artifact


def _key_of(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


async def _shown(key: str, store: Callable[[], Awaitable[T]]) -> T | None:
    try:
        return await store()
    except Exception as problem:  # the UI's copy is a convenience: the report on disk is the record
        logger.warning("artifact %s not stored: %s", key, problem)
        return None
