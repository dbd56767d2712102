"""One conversation: who speaks, with which tools, what was said. What was sent once is never changed."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from phasewright.agent.limits import FEW_TURNS, LoopGuard
from phasewright.agent.observe import Observer
from phasewright.budget import Budget
from phasewright.model import Model, Try
from phasewright.tools.tool import ToolResult, ToolSet
from phasewright.turn import Block, Reply, Request, ToolCall

_LOOKED_BACK_BLOCKS = 18
_CUT = "Your reply was longer than allowed and was cut; nothing of it was run. Go on in smaller steps."


class Talk:
    """A conversation and its history."""

    def __init__(
        self,
        name: str,
        *,
        model: Model,
        model_name: str,
        system: str,
        tools: ToolSet,
        budget: Budget,
        observe: Observer,
        tell_issue: Callable[[str], None],
        output_schema: dict[str, Any] | None = None,
        effort: str | None = None,
        cache_ttl: str = "5m",
    ) -> None:
        self.name = name
        self.tools = tools
        self.budget = budget
        self._model = model
        self._observe = observe
        self._tell_issue = tell_issue
        self._guard = LoopGuard()
        self._messages: list[Block] = []
        self._recorded = 0
        self._fixed = Request(
            conversation=name,
            turn=0,
            model=model_name,
            system=system,
            tools=tools.specs,
            output_schema=output_schema,
            effort=effort,
            cache_ttl=cache_ttl,
        )
        self._record("conversation", versions=_versions(), fixed=self._fixed.model_dump(exclude={"turn", "messages"}))

    @property
    def turns(self) -> int:
        """Turns asked for so far; a turn that was tried again counts once."""
        return self.budget.turns_taken

    @property
    def messages(self) -> Sequence[Block]:
        """All that was said, as it is sent."""
        return tuple(self._messages)

    def say(self, text: str) -> None:
        """Add something to what the model reads next."""
        self._add_to_user({"type": "text", "text": text})

    async def ask(self) -> Reply:
        """Return the model's reply to all that was said."""
        request = self._fixed.model_copy(update={"turn": self.turns, "messages": self._marked()})
        new, self._recorded = self._messages[self._recorded :], len(self._messages)
        self._record("request", turn=self.turns, digest=request.digest(), new_messages=new)
        return await self._model.turn(request, self.budget, witness=self._witness)

    def _marked(self) -> tuple[Block, ...]:
        """Return the messages; after a turn of many calls with a cache breakpoint where the last request ended.

        The service looks back 20 blocks from the request's end for what it has cached, and would find nothing.
        """
        sent = self._recorded
        if sent == 0 or sum(len(m["content"]) for m in self._messages[sent:]) <= _LOOKED_BACK_BLOCKS:
            return tuple(self._messages)
        *earlier, last = self._messages[:sent]
        *blocks, final = last["content"]
        mark = {"type": "ephemeral"} | ({} if self._fixed.cache_ttl == "5m" else {"ttl": self._fixed.cache_ttl})
        marked = {**last, "content": [*blocks, {**final, "cache_control": mark}]}
        return (*earlier, marked, *self._messages[sent:])

    def add_reply(self, reply: Reply) -> None:
        """Append the reply verbatim, less what the service would refuse: empty text, thinking cut before its end."""
        content = [block for block in reply.content if _may_be_sent_back(block)]
        if content:
            self._messages.append({"role": "assistant", "content": content})

    def add_results(self, calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> None:
        """Append one result a call, then what the model should be told."""
        notices = [self._guard.notice(call, result) for call, result in zip(calls, results, strict=True)]
        blocks = [_result(call, result) for call, result in zip(calls, results, strict=True)]
        self._messages.append({"role": "user", "content": blocks})
        for text in dict.fromkeys([*notices, self._few_turns_left()]):
            if text:
                self.say(text)

    def refuse_calls(self, reply: Reply) -> None:
        """Answer a reply that was cut: its calls were not run."""
        not_run = ToolResult(text="not run: the reply was cut", is_error=True)
        blocks = [_result(call, not_run) for call in reply.tool_calls]
        self._messages.append({"role": "user", "content": [*blocks, {"type": "text", "text": _CUT}]})

    def record_tool(self, call: ToolCall, result: ToolResult, seconds: float) -> None:
        """Put a call and its result on record."""
        said = call.model_dump() | {"output": result.text, "is_error": result.is_error}
        self._record("tool", turn=self.turns, **said, seconds=round(seconds, 3))

    def record_end(self, **how: Any) -> None:
        """Put the conversation's end on record."""
        self._record("end", turns=self.turns, usage=self.budget.usage.model_dump(), **how)

    def _few_turns_left(self) -> str | None:
        left = (self.budget.turns or self.turns + FEW_TURNS + 1) - self.turns
        return f"{left} turns are left. Come to an end." if 0 < left <= FEW_TURNS else None

    def _add_to_user(self, block: Block) -> None:
        last = self._messages[-1] if self._messages else None
        if last is not None and last["role"] == "user" and len(self._messages) > self._recorded:
            last["content"].append(block)
        else:
            self._messages.append({"role": "user", "content": [block]})

    def _witness(self, made: Try) -> None:
        self._record("try", turn=self.turns, **made.model_dump(mode="json"))
        if made.fault is not None and made.wait_seconds is not None:
            who = self.name.split("/", 3)[3].replace("/", " ")
            self._tell_issue(f"{who}, turn {self.turns}: {made.fault.sentence(1)}; again in {made.wait_seconds:.1f} s")

    def _record(self, kind: str, **fields: Any) -> None:
        self._observe.record(self.name, {"type": kind, **fields})


def _may_be_sent_back(block: Block) -> bool:
    if block["type"] == "text":
        return bool(block["text"].strip())
    return block["type"] != "thinking" or bool(block.get("signature"))


def _result(call: ToolCall, result: ToolResult) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": call.id, "content": result.text}
    return block | ({"is_error": True} if result.is_error else {})


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("phasewright", "anthropic")}
