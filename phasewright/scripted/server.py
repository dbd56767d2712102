"""The scripted Messages API server: routes a request to its conversation's script, and answers as the API would."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from phasewright.errors import UsageError
from phasewright.scripted.caching import PromptCache
from phasewright.scripted.contract import Refusal, check_body
from phasewright.scripted.conversation import (
    CONVERSATION_HEADER,
    Conversation,
    Unroutable,
    conversation_from,
    turn_from,
)
from phasewright.scripted.endpoint import Endpoint, Exchange
from phasewright.scripted.record import Record, Request, Summary
from phasewright.scripted.script import Script, Step
from phasewright.scripted.stream import build_reply

log = logging.getLogger(__name__)

Handler = Callable[[Conversation, int, dict[str, Any]], Step]
"""Says what to answer to (conversation, turn, request body). Called again when a turn is retried."""


class ScriptedServer:
    """A scripted Messages API server on loopback. A context manager; it runs from `start` to `stop`."""

    def __init__(self, script: Script | Handler, *, port: int = 0) -> None:
        self._script = script
        self._port = port
        self._cache = PromptCache()
        self._record = Record()
        self._endpoint: Endpoint | None = None

    def start(self) -> "ScriptedServer":
        """Answer from now on, in threads of our own; return self.

        Raises:
            UsageError: the port is taken or not ours to open.
        """
        try:
            self._endpoint = Endpoint(self._port, self._answer, self._record)
        except (OSError, OverflowError) as problem:
            raise UsageError(f"cannot listen on 127.0.0.1:{self._port}: {problem}; try another --port") from problem
        threading.Thread(target=self._endpoint.serve_forever, args=(0.05,), name="scripted-server", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop answering; hanging replies end at once. Stopping twice is no error."""
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = None

    def __enter__(self) -> "ScriptedServer":
        return self if self._endpoint else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base URL for a client."""
        if self._endpoint is None:
            raise UsageError("the scripted server is not running")
        return f"http://127.0.0.1:{self._endpoint.server_address[1]}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """The requests of `/v1/messages`, in the order of their arrival."""
        return self._record.requests

    @property
    def counts(self) -> dict[str, int]:
        """Conversation (the header's value) → requests, retried turns included."""
        return self._record.summary().counts

    @property
    def problems(self) -> tuple[str, ...]:
        """Broken rules of the API, and questions that the script has no answer to. Empty after an honest run."""
        return self._record.problems

    def summary(self) -> Summary:
        """Return what was received, without the bodies."""
        return self._record.summary()

    def write_summary(self, path: Path) -> None:
        """Write the summary to *path* as JSON."""
        self._record.write_summary(path)

    def _answer(self, exchange: Exchange) -> None:
        """Answer one request of `/v1/messages` and keep a record of it."""
        conversation: Conversation | None = None
        turn: int | None = None
        try:
            if refusal := exchange.refusal or check_body(exchange.body):
                raise Unroutable(refusal.message)
            conversation, turn = conversation_from(exchange.headers_by_name), turn_from(exchange.headers_by_name)
            step = self._step(conversation, turn, exchange.body)
        except Unroutable as problem:
            refused = refusal or Refusal(status=400, type="invalid_request_error", message=str(problem))
            self._record.add_problem(f"{exchange.headers_by_name.get(CONVERSATION_HEADER, '-')}: {refused.message}")
            with self._recorded(exchange, conversation, turn, f"refused: {refused.message}"):
                exchange.send_error_body(refused.status, refused.type, refused.message)
            return
        with self._recorded(exchange, conversation, turn, _outcome(step)):
            self._play(exchange, step, f"{conversation}:{turn}")

    @contextmanager
    def _recorded(
        self, exchange: Exchange, conversation: Conversation | None, turn: int | None, outcome: str
    ) -> Iterator[None]:
        name = None if conversation is None else str(conversation)
        number = self._record.begin(name, turn, exchange.headers_by_name, exchange.body, outcome)
        try:
            yield
        finally:
            self._record.end(number)

    def _step(self, conversation: Conversation, turn: int, body: dict[str, Any]) -> Step:
        time = self._record.count(str(conversation), turn)
        if not isinstance(self._script, Script):
            try:
                return self._script(conversation, turn, body)
            except Exception as problem:  # whatever a handler raises: its author must see it
                raise Unroutable(f"the handler failed: {type(problem).__name__}: {problem}") from problem
        scripted = self._script.conversation_for(conversation)
        if scripted is None:
            raise Unroutable(f"the script has no conversation for {conversation}")
        step = scripted.answer(turn, time)
        if step is None:
            raise Unroutable(f"the script of {conversation} has no turn {turn} (request {time} of it)")
        return step

    def _play(self, exchange: Exchange, step: Step, name: str) -> None:
        """Send the step."""
        if step.fault and step.fault.kind == "http":
            exchange.send_fault(step.fault)
            return
        script = self._script if isinstance(self._script, Script) else Script(conversations=())
        reply = build_reply(step, exchange.body, self._cache, name=name, think=script.think)
        exchange.pause(step.delay_seconds)
        if exchange.body.get("stream"):
            exchange.send_stream(reply, step.fault, step.pace_seconds or script.pace_seconds)
        else:
            exchange.send_whole(reply, step.fault)


def _outcome(step: Step) -> str:
    if step.fault is None:
        return "reply"
    return f"fault: http {step.fault.status}" if step.fault.kind == "http" else f"fault: {step.fault.kind}"


def start(script: Script | Handler, port: int = 0) -> ScriptedServer:
    """Return a scripted server that answers already. Use it as a context manager, or stop it."""
    return ScriptedServer(script, port=port).start()
