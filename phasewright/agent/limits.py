"""When a conversation must not go on: the guard against going round in circles, and what each stop reason means."""

import hashlib
import json
from collections import Counter
from enum import StrEnum

from phasewright.errors import ContextFull, ConversationEnded
from phasewright.result import Reason
from phasewright.tools.tool import ToolResult
from phasewright.turn import Reply, ToolCall

SAME_TOLD = 3
SAME_STOPPED = 5
MOST_CUT_REPLIES = 2
FEW_TURNS = 4


class Step(StrEnum):
    """What comes after a reply."""

    RUN_TOOLS = "run tools"
    FINISH = "finish"
    CONTINUE = "continue"
    """Ask again with what stands there."""
    SMALLER = "smaller"
    """The reply was cut at its token limit: nothing of it is run, smaller steps are asked for."""


def next_step(reply: Reply, cut_before: int) -> Step:
    """Return what to do after *reply*; *cut_before* replies in a row were cut already.

    Raises:
        ConversationEnded: the reply is a refusal, or one after which nothing can be done.
    """
    match reply.stop_reason:
        case "tool_use":
            return Step.RUN_TOOLS
        case "end_turn" | "stop_sequence":
            return Step.FINISH
        case "pause_turn":
            return Step.CONTINUE
        case "max_tokens" if cut_before < MOST_CUT_REPLIES:
            return Step.SMALLER
        case "max_tokens":
            raise ConversationEnded(Reason.STALLED, f"{cut_before + 1} replies in a row were longer than allowed")
        case "refusal":
            raise ConversationEnded(Reason.REFUSED, f"the model refused: {reply.refusal or 'it gave no cause'}")
        case "model_context_window_exceeded":
            raise ContextFull(Reason.MODEL_ERROR, "the conversation is longer than the model can take")
        case unknown:
            raise ConversationEnded(Reason.MODEL_ERROR, f"the model stopped for an unknown reason {unknown!r}")


_READERS = frozenset({"read_file", "glob", "grep", "diff_stat", "skill"})
"""Tools that change nothing: calling them in turns is no progress."""


class LoopGuard:
    """Counts calls that bring the same result again, one after the other or in turns with others (A, B, A, B).

    Something new done in between, an edit or another command, makes the same call a new question: nothing is counted
    over it.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._known: set[str] = set()

    def notice(self, call: ToolCall, result: ToolResult) -> str | None:
        """Count a call with its result; return what to tell the model, None: nothing.

        Raises:
            ConversationEnded: reason `stalled`, when it goes round in circles.
        """
        what = json.dumps([call.name, call.input, result.text, result.is_error], sort_keys=True)
        key = hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()
        if key not in self._known and call.name not in _READERS:
            self._seen.clear()
        self._known.add(key)
        self._seen[key] += 1
        times = self._seen[key]
        if times >= SAME_STOPPED:
            raise ConversationEnded(Reason.STALLED, f"{call.name} was called {times} times with the same result")
        if times >= SAME_TOLD:
            return (
                f"You have called {call.name} with this input {times} times, always with the same result. "
                "Do something else, or end and say what keeps you."
            )
        return None
