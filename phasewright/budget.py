"""What may be spent: dollars, tokens, turns, seconds. Budgets nest (run → phase → conversation); all levels must agree.

A request is admitted while what is spent and what is reserved for requests in flight stays below the limit, and it
reserves the dearest reply that it could get. So any number of conversations at once overshoot by one reply at most;
near the end they wait for each other instead of being refused.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from phasewright.clock import Clock
from phasewright.errors import ConversationEnded
from phasewright.prices import price
from phasewright.result import Reason, Usage
from phasewright.turn import Request


class Amount(NamedTuple):
    """Tokens of every kind, and dollars."""

    tokens: int
    usd: float


class Reservation:
    """Room held for one request; `charge` says what it really cost, a failed attempt included."""

    def __init__(self) -> None:
        self.usage = Usage()

    def charge(self, usage: Usage) -> None:
        """Count *usage* instead of the reservation once the request is over."""
        self.usage = self.usage + usage


class Budget:
    """One level of what may be spent. Used on one event loop only."""

    def __init__(
        self,
        name: str,
        *,
        parent: "Budget | None" = None,
        usd: float | None = None,
        tokens: int | None = None,
        turns: int | None = None,
        clock: Clock | None = None,
        usage: Usage | None = None,
    ) -> None:
        self.name = name
        self.parent = parent
        self.usd = usd
        self.tokens = tokens
        self.turns = turns
        self.clock: Clock | None = clock or (parent.clock if parent else None)
        self.usage = usage or Usage()
        self.turns_taken = 0
        self._reserved = Amount(0, 0.0)
        self._changed: asyncio.Event = parent._changed if parent else asyncio.Event()

    def levels(self) -> "tuple[Budget, ...]":
        """Return this budget and all above it."""
        return (self, *(self.parent.levels() if self.parent else ()))

    def remaining_seconds(self) -> float:
        """Return the seconds left; infinite without a clock."""
        return self.clock.remaining() if self.clock else float("inf")

    def waiting(self) -> contextlib.AbstractContextManager[None]:
        """Stop the clock for the block."""
        return self.clock.waiting() if self.clock else contextlib.nullcontext()

    def take_turn(self) -> None:
        """Count one turn.

        Raises:
            ConversationEnded: reason `budget`, when all turns are taken.
        """
        if self.turns is not None and self.turns_taken >= self.turns:
            raise ConversationEnded(
                Reason.BUDGET, f"{self.name} took all its {self.turns} turns; --max-turns allows more"
            )
        self.turns_taken += 1

    @contextlib.asynccontextmanager
    async def reserved(self, request: Request) -> AsyncIterator[Reservation]:
        """Hold room for *request* at every level; what it cost is counted when the block ends, however it ends.

        Raises:
            ConversationEnded: reason `budget`, when a level has nothing left.
        """
        amount = worst_case(request)
        await self._admit()
        self._hold(amount, +1)
        reservation = Reservation()
        try:
            yield reservation
        finally:
            self._hold(amount, -1)
            for level in self.levels():
                level.usage = level.usage + reservation.usage
            self._changed.set()

    async def _admit(self) -> None:
        while True:
            for level in self.levels():
                level.refuse_when_spent()
            if not any(level._is_full() for level in self.levels()):
                return
            self._changed.clear()
            with self.waiting():
                await self._changed.wait()

    def refuse_when_spent(self) -> None:
        """Raise ConversationEnded with reason `budget` when this level has nothing left."""
        if self.usd is not None and self.usage.usd >= self.usd:
            spent = f"${self.usage.usd:.4f} of ${self.usd:g}; resume with a higher --budget-usd"
        elif self.tokens is not None and self.usage.total_tokens >= self.tokens:
            spent = f"{self.usage.total_tokens} of {self.tokens} tokens; resume with a higher --budget-tokens"
        else:
            return
        raise ConversationEnded(Reason.BUDGET, f"the {self.name}'s budget is spent: {spent}")

    def _is_full(self) -> bool:
        if self.usd is not None and self.usage.usd + self._reserved.usd >= self.usd:
            return True
        return self.tokens is not None and self.usage.total_tokens + self._reserved.tokens >= self.tokens

    def _hold(self, amount: Amount, sign: int) -> None:
        for level in self.levels():
            held = level._reserved
            level._reserved = Amount(held.tokens + sign * amount.tokens, held.usd + sign * amount.usd)


def worst_case(request: Request) -> Amount:
    """Return the most that one reply to *request* can cost."""
    tokens = request.estimated_input_tokens()
    usage = Usage(cache_creation_input_tokens=tokens, output_tokens=request.max_tokens)
    return Amount(tokens + request.max_tokens, price(request.model, usage, one_hour=request.cache_ttl == "1h"))
