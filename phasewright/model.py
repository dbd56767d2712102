"""The model's service: one `turn` in, one whole reply out. The only import of the SDK.

A reply counts only when its stream had an end, a stop reason and tool input that parses strictly: the SDK itself takes
a cut stream and half a tool call for whole ones. Its own retries are off; `turn` retries, and nothing of a failed try
is ever acted on, so no side effect happens twice.
"""

import asyncio
import contextlib
import os
import random
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import anthropic
import httpx2
from pydantic import BaseModel

from phasewright.agent.writers import Writers
from phasewright.budget import Budget
from phasewright.errors import ContextFull, ConversationEnded, PreflightFailed
from phasewright.faults import Fault, fault_of_connection, fault_of_reply, fault_of_status
from phasewright.pace import Pace
from phasewright.prices import price
from phasewright.result import Reason, Usage
from phasewright.stream_reader import Bill, Unreadable, end_reading, read_reply
from phasewright.turn import Reply, Request

CONVERSATION_HEADER = "x-phasewright-conversation"
TURN_HEADER = "x-phasewright-turn"


class RetryPolicy(BaseModel, frozen=True):
    """How often and when a turn is tried again."""

    tries: int = 6
    first_seconds: float = 0.5
    """Pause before the second try; each later one is twice as long, less up to a quarter by chance."""
    longest_seconds: float = 30.0
    silence_seconds: float = 60.0
    """A stream that sends nothing at all for so long, not even a ping, is cut."""
    connect_seconds: float = 10.0

    def pause(self, attempt: int) -> float:
        """Return the seconds to wait after failed try number *attempt* when the service names none."""
        longest = min(self.longest_seconds, self.first_seconds * 2 ** (attempt - 1))
        return float(longest * random.uniform(0.75, 1.0))


class Try(BaseModel, frozen=True):
    """What one HTTP request brought: a whole reply, or a fault. Charged for either way."""

    number: int
    reply: Reply | None = None
    fault: Fault | None = None
    usage: Usage = Usage()
    wait_seconds: float | None = None
    """After a fault: until the next try. None: there is none."""


Witness = Callable[[Try], None]


class Attempt(NamedTuple):
    """What all conversations of one attempt at a phase share."""

    budget: Budget
    tell_issue: Callable[[str], None]
    """Makes a status update of something that went wrong."""
    writers: Writers
    """Tells apart which delegation changed which file."""


class Model:
    """The service, for all conversations of one run, on one event loop."""

    def __init__(
        self,
        client: anthropic.AsyncAnthropic,
        *,
        max_parallel: int,
        budget: Budget,
        retry: RetryPolicy,
        wait_for_quota: bool,
    ) -> None:
        self.budget = budget
        self.max_parallel = max_parallel
        self.attempts: dict[str, Attempt] = {}
        """Those going on, by `<run>/<phase>/<attempt>`: an orchestrator shares its own with its sub-agents."""
        self._retry = retry
        self._wait_for_quota = wait_for_quota
        self._pace = Pace()
        self._client = client
        self._slots = asyncio.Semaphore(max_parallel)

    @classmethod
    def connect(
        cls,
        *,
        max_parallel: int = 4,
        budget: Budget | None = None,
        retry: RetryPolicy | None = None,
        wait_for_quota: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> "Model":
        """Return a model that speaks to ANTHROPIC_BASE_URL with ANTHROPIC_API_KEY; nothing is sent yet.

        Raises:
            PreflightFailed: no key, or an address that is none.
        """
        key, base_url = credentials(os.environ if environment is None else environment)
        retry = retry or RetryPolicy()
        client = anthropic.AsyncAnthropic(
            api_key=key,
            base_url=base_url,
            max_retries=0,
            timeout=anthropic.Timeout(retry.silence_seconds, connect=retry.connect_seconds, pool=None),
        )
        budget = budget or Budget("run")
        return cls(client, max_parallel=max_parallel, budget=budget, retry=retry, wait_for_quota=wait_for_quota)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def turn(self, request: Request, budget: Budget, *, witness: Witness = lambda _: None) -> Reply:
        """Return the whole reply to *request*, trying again where that can help. *witness* sees every try.

        Raises:
            ConversationEnded: with the reason, when no whole reply can be had in what *budget* leaves.
        """
        number = 1
        while True:
            made = await self._try_once(number, request, budget)
            if made.fault is not None:
                made = made.model_copy(update={"wait_seconds": self._wait_after(made.fault, number, budget)})
            witness(made)
            if made.reply is not None:
                self._pace.answered()
                return made.reply
            await self._go_on(made)
            number += 1

    def _wait_after(self, fault: Fault, number: int, budget: Budget) -> float | None:
        """Return the pause before the next try; None when there is none."""
        if not fault.can_retry or number >= self._retry.tries:
            return None
        own = self._retry.pause(number)
        wait = own if fault.retry_after_seconds is None else max(fault.retry_after_seconds, own / 2)
        if wait < budget.remaining_seconds() or (fault.is_rate_limit and self._wait_for_quota):
            return wait
        return None

    async def _go_on(self, made: Try) -> None:
        fault = made.fault
        assert fault is not None
        if made.wait_seconds is None:
            ended = ContextFull if fault.is_context_full else ConversationEnded
            raise ended(fault.reason, fault.sentence(made.number))
        if fault.is_rate_limit:
            self._pace.limited(made.wait_seconds)  # the next try waits there, as everybody does
        else:
            await asyncio.sleep(made.wait_seconds)

    async def _try_once(self, number: int, request: Request, budget: Budget) -> Try:
        async with self._slot(budget), budget.reserved(request) as reservation:
            bill: Bill = {}
            reply, fault = None, None
            try:
                reply = await self._stream(request, bill)
            except anthropic.APIStatusError as error:
                fault = _judge(error)
            except (anthropic.APIConnectionError, httpx2.HTTPError) as error:
                fault = fault_of_connection(f"{type(error).__name__}: {error}")
            except Unreadable as error:
                fault = fault_of_reply(str(error))
            finally:  # a broken or cancelled reply is billed too, as far as it came
                reservation.charge(usage := _usage(request, bill))
        reply = reply and reply.model_copy(update={"usage": usage})
        return Try(number=number, reply=reply, fault=fault, usage=usage)

    @contextlib.asynccontextmanager
    async def _slot(self, budget: Budget) -> AsyncIterator[None]:
        """Hold one of the run's slots, once the run's pace lets us ask. Waiting for either is not work."""
        left = self._pace.seconds_left()
        if left > budget.remaining_seconds() and not self._wait_for_quota:
            raise ConversationEnded(Reason.RATE_LIMITED, f"the model service lets nobody ask for {left:.0f} s")
        with budget.waiting():
            await self._slots.acquire()
        try:
            with budget.waiting():
                await self._pace.wait()
            yield
        finally:
            self._slots.release()

    async def _stream(self, request: Request, bill: Bill) -> Reply:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # retired models are replaced and reported elsewhere
            manager = self._client.messages.stream(**_arguments(request))
        async with manager as stream:
            try:
                content, stop_reason, refusal = await read_reply(stream, bill)
            finally:
                await end_reading(stream)
            return Reply(content=content, stop_reason=stop_reason, refusal=refusal, request_id=stream.request_id)


def credentials(environment: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the API key and the base address (None: the service's own).

    Raises:
        PreflightFailed: no key, or an address that is none.
    """
    key = environment.get("ANTHROPIC_API_KEY", "").strip()
    base_url = environment.get("ANTHROPIC_BASE_URL", "").strip() or None
    problems = []
    if not key:
        problems.append("ANTHROPIC_API_KEY is not set; export the key of the model's service")
    elif not (key.isascii() and key.isprintable()):
        problems.append("ANTHROPIC_API_KEY holds characters that no key has; export it again")
    if base_url is not None and not _is_address(base_url):
        problems.append(f"ANTHROPIC_BASE_URL is {base_url!r}, which is no http(s) address; correct or unset it")
    if problems:
        raise PreflightFailed(problems)
    return key, base_url


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _usage(request: Request, bill: Bill) -> Usage:
    """Return what *bill* counts, with its price."""
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    usage = Usage(**{name: int(bill.get(name) or 0) for name in names})
    if not usage.total_tokens:
        return usage
    usd = price(request.model, usage, one_hour=request.cache_ttl == "1h")
    return usage.model_copy(update={"usd": round(usd, 6)})


def _judge(error: anthropic.APIStatusError) -> Fault:
    return fault_of_status(
        error.status_code,
        kind=error.type,
        code=error.error_code,
        message=error.api_message or str(error),
        headers=error.response.headers,
    )


def _arguments(request: Request) -> dict[str, Any]:
    """Return the call's arguments. No sampling, no forced tool, no prefill, no metadata: newer models refuse them."""
    cache = {"type": "ephemeral"} if request.cache_ttl == "5m" else {"type": "ephemeral", "ttl": request.cache_ttl}
    output: dict[str, Any] = {}
    if request.output_schema is not None:
        output["format"] = {"type": "json_schema", "schema": request.output_schema}
    if request.effort is not None:
        output["effort"] = request.effort
    arguments: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "system": [{"type": "text", "text": request.system, "cache_control": cache}],
        "tools": [tool.model_dump() for tool in request.tools],
        "messages": list(request.messages),
        "cache_control": cache,
        "extra_headers": {CONVERSATION_HEADER: request.conversation, TURN_HEADER: str(request.turn)},
    }
    return arguments | ({"output_config": output} if output else {})
