"""What a run cost: by phase, by agent, by model, and together. From its transcripts, so a crashed run counts too."""

from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel

from phasewright.record.transcript import ConversationCost
from phasewright.result import Usage


class CostRow(BaseModel, frozen=True):
    """What one phase, agent or model cost."""

    name: str
    conversations: int
    requests: int
    """HTTP requests, failed tries included."""
    usage: Usage

    @property
    def cached(self) -> float:
        """The part of all input tokens that was read from the cache, 0 to 1."""
        read = self.usage.cache_read_input_tokens
        return read / max(1, read + self.usage.input_tokens + self.usage.cache_creation_input_tokens)


class CostTable(BaseModel, frozen=True):
    """Rows of one kind, the dearest first."""

    by: str
    rows: tuple[CostRow, ...]


def cost_tables(costs: Sequence[ConversationCost]) -> tuple[CostTable, ...]:
    """Return what the conversations cost by phase, by agent and by model."""
    return (
        _table("phase", costs, lambda cost: cost.phase),
        _table("agent", costs, lambda cost: cost.agent),
        _table("model", costs, lambda cost: cost.model),
    )


def total(costs: Sequence[ConversationCost]) -> CostRow:
    """Return what all of them cost."""
    return _row("all", costs)


def cost_rows(costs: Sequence[ConversationCost]) -> list[dict[str, str | int | float]]:
    """Return all cost tables as rows of one: what kind of row, its name, its figures; the sum is last.

    Empty where the model was asked nothing.
    """
    if not costs:
        return []
    named = [(table.by, row) for table in cost_tables(costs) for row in table.rows]
    return [_plain(by, row) for by, row in [*named, ("run", total(costs))]]


def costs_markdown(costs: Sequence[ConversationCost]) -> str:
    """Return the cost tables as markdown; "none" where the model was asked nothing."""
    if not costs:
        return "### Cost\n\nnone\n"
    head = "|---|---|---|---|---|---|---|---|"
    parts = []
    for table in cost_tables(costs):
        rows = [f"| {table.by} | conversations | requests | input | cache read | cached | output | USD |", head]
        parts.append("\n".join(rows + [_markdown_row(row) for row in (*table.rows, total(costs))]))
    return "### Cost\n\n" + "\n\n".join(parts) + "\n"


def _plain(by: str, row: CostRow) -> dict[str, str | int | float]:
    usage = row.usage
    return {
        "by": by,
        "name": row.name,
        "conversations": row.conversations,
        "requests": row.requests,
        "input": usage.input_tokens + usage.cache_creation_input_tokens,
        "cache read": usage.cache_read_input_tokens,
        "cached": f"{row.cached:.0%}",
        "output": usage.output_tokens,
        "usd": round(usage.usd, 6),
    }


def _markdown_row(row: CostRow) -> str:
    usage = row.usage
    name = row.name.replace("|", "\\|")
    return (
        f"| {name} | {row.conversations} | {row.requests} | {usage.input_tokens + usage.cache_creation_input_tokens} "
        f"| {usage.cache_read_input_tokens} | {row.cached:.0%} | {usage.output_tokens} | {usage.usd:.4f} |"
    )


def _table(by: str, costs: Iterable[ConversationCost], name_of: Callable[[ConversationCost], str]) -> CostTable:
    groups: dict[str, list[ConversationCost]] = {}
    for cost in costs:
        groups.setdefault(name_of(cost), []).append(cost)
    rows = [_row(name, group) for name, group in groups.items()]
    return CostTable(by=by, rows=tuple(sorted(rows, key=lambda row: row.usage.usd, reverse=True)))


def _row(name: str, costs: Sequence[ConversationCost]) -> CostRow:
    return CostRow(
        name=name,
        conversations=len(costs),
        requests=sum(cost.requests for cost in costs),
        usage=sum((cost.usage for cost in costs), Usage()),
    )
