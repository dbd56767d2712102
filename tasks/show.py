"""Artifacts: what the UI shows on a run's Artifacts tab. A failure to show is a warning, never a failed phase."""

import logging
import re

from prefect.artifacts import acreate_markdown_artifact

logger = logging.getLogger(__name__)


async def show_markdown(key: str, markdown: str, description: str) -> None:
    """Store a markdown artifact under *key* (made of lower-case letters, digits and dashes)."""
    try:
        await acreate_markdown_artifact(
            markdown=markdown, key=re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-"), description=description
        )
    except Exception as problem:  # the UI's copy is a convenience: the report on disk is the record
        logger.warning("artifact %s not stored: %s", key, problem)
