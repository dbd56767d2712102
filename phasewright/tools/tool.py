"""What a tool is: a name, a description, an input that pydantic validates, and a function."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from phasewright.clean import clean, head_and_tail
from phasewright.turn import ToolCall, ToolSpec

RESULT_CHARACTERS = 40_000


class ToolFailed(Exception):
    """The tool could not do it; the message goes to the model."""


class ToolInput(BaseModel):
    """Base of tool inputs: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ToolResult(BaseModel, frozen=True):
    """What goes back to the model."""

    text: str
    is_error: bool = False


class Tool:
    """One tool. *run* gets a validated *input_type*, and raises ToolFailed for what the model must know."""

    def __init__(
        self,
        name: str,
        description: str,
        input_type: type[ToolInput],
        run: Callable[[Any], Awaitable[str]],
        *,
        side_by_side: bool = False,
    ) -> None:
        self.name = name
        self.side_by_side = side_by_side
        """Neighbouring calls may run at the same time."""
        self.input_type = input_type
        self.run = run
        schema = input_type.model_json_schema()
        schema.pop("title", None)
        schema.pop("description", None)
        self.spec = ToolSpec(name=name, description=description, input_schema=schema)


class ToolSet:
    """The tools of one conversation; the same from its first turn to its last."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told, in a fixed order."""
        return tuple(tool.spec for tool in self._tools.values())

    def runs_side_by_side(self, name: str) -> bool:
        """True when neighbouring calls of the tool may run at the same time."""
        return name in self._tools and self._tools[name].side_by_side

    async def run(self, call: ToolCall) -> ToolResult:
        """Return what *call* brings; only cancelling and our own bugs raise."""
        tool = self._tools.get(call.name)
        if tool is None:
            return ToolResult(text=f"no tool {call.name!r}; there are: {', '.join(self._tools)}", is_error=True)
        try:
            text = await tool.run(tool.input_type.model_validate(call.input))
        except ValidationError as error:
            return ToolResult(text=f"wrong input for {call.name}:\n{_explain(error)}", is_error=True)
        except ToolFailed as error:
            return ToolResult(text=_presentable(str(error)), is_error=True)
        return ToolResult(text=_presentable(text))


def _presentable(text: str) -> str:
    return head_and_tail(clean(text), RESULT_CHARACTERS) or "(nothing)"


def _explain(error: ValidationError) -> str:
    return "\n".join(f"- {'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in error.errors())
