"""A model over the scripted server, with delays that a test can wait for."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from phasewright.agent.observe import StatusUpdate
from phasewright.budget import Budget
from phasewright.model import Model, RetryPolicy
from phasewright.scripted import Script, ScriptedServer, start

QUICK = RetryPolicy(tries=4, first_seconds=0.01, longest_seconds=0.05, silence_seconds=1.0, connect_seconds=1.0)


class Watcher:
    """An observer that keeps everything."""

    def __init__(self) -> None:
        self.updates: list[StatusUpdate] = []
        self.records: dict[str, list[Mapping[str, Any]]] = {}
        self.reports: list[tuple[str, str]] = []

    def status(self, update: StatusUpdate) -> None:
        self.updates.append(update)

    def record(self, conversation: str, record: Mapping[str, Any]) -> None:
        self.records.setdefault(conversation, []).append(record)

    def details(self, heading: str, text: str) -> None:
        self.reports.append((heading, text))


def script(*conversations: Mapping[str, Any], **fields: Any) -> Script:
    """Return a script of these conversations."""
    return Script.model_validate({"conversations": conversations, **fields})


@asynccontextmanager
async def connected(
    played: Any, *, retry: RetryPolicy = QUICK, budget: Budget | None = None, **options: Any
) -> AsyncIterator[tuple[Model, ScriptedServer]]:
    """Yield a model and the scripted server that it speaks to."""
    with start(played) as server:
        environment = {"ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": server.url}
        model = Model.connect(retry=retry, budget=budget, environment=environment, **options)
        try:
            yield model, server
        finally:
            await model.close()
