"""What the live API refuses, the scripted server refuses; what it takes, it takes; it bills cached prefixes alike."""

from collections.abc import Callable
from typing import Any

import anthropic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_messages import HELLO, TOOL, ask, body, client, conversation_headers, post

from phasewright.result import PhaseClaim
from phasewright.scripted import Conversation, Script, ScriptedServer, Step, start
from phasewright.scripted.caching import PromptCache
from phasewright.scripted.contract import check_body

CALL = {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}]}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "seen"}
MARK = {"cache_control": {"type": "ephemeral"}}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def user(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def output_format(schema: dict[str, Any]) -> dict[str, Any]:
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no max_tokens": ({"model": "claude-sonnet-5-5", "messages": [HELLO]}, "max_tokens: Field required"),
    "no messages": (body() | {"messages": []}, "at least one message"),
    "unknown field": (body(budget=1), "budget: Extra inputs are not permitted"),
    "temperature": (body(temperature=0.5), "`temperature`"),
    "top_p": (body(top_p=0.5), "`top_p`"),
    "top_k": (body(top_k=5), "`top_k`"),
    "forced tool": (body(tools=[TOOL], tool_choice={"type": "tool", "name": "look"}), "forced tool use"),
    "any tool": (body(tools=[TOOL], tool_choice={"type": "any"}), "forced tool use"),
    "thinking off": (body(thinking={"type": "disabled"}), "thinking.type"),
    "thinking budget": (body(thinking={"type": "enabled", "budget_tokens": 2000}), "thinking.type"),
    "opus between tools": (body(model="claude-opus-5-5", thinking={"type": "between_tools"}), "thinking.type"),
    "unknown effort": (body(output_config={"effort": "huge"}), "output_config.effort"),
    "first is assistant": (body(CALL, user(RESULT), tools=[TOOL]), "first message must use the 'user' role"),
    "prefill": (body(HELLO, {"role": "assistant", "content": "{"}), "prefill"),
    "empty text": (body(user(text(""))), "text content blocks must be non-empty"),
    "blank text": (body(user(text(" \n"))), "non-whitespace"),
    "empty content": (body({"role": "user", "content": ""}), "non-empty content"),
    "empty system": (body(system=[text("")]), "system.0"),
    "unanswered call": (body(HELLO, CALL, user(text("go on")), tools=[TOOL]), "without `tool_result` blocks"),
    "result not first": (body(HELLO, CALL, user(text("see:"), RESULT), tools=[TOOL]), "must come first"),
    "result twice": (body(HELLO, CALL, user(RESULT, RESULT), tools=[TOOL]), "single result"),
    "result of nothing": (body(user(RESULT), tools=[TOOL]), "unexpected `tool_use_id`"),
    "same id twice": (body(HELLO, CALL, user(RESULT), CALL, user(RESULT), tools=[TOOL]), "must be unique"),
    "empty text in result": (
        body(HELLO, CALL, user(RESULT | {"content": [text("")]}), tools=[TOOL]),
        "text content blocks must be non-empty",
    ),
    "no tools": (body(HELLO, CALL, user(RESULT)), "must define tools"),
    "tool name": (body(tools=[TOOL | {"name": "look at"}]), "tools.0.custom.name"),
    "tool twice": (body(tools=[TOOL, TOOL]), "Tool names must be unique"),
    "tool schema": (body(tools=[TOOL | {"input_schema": {"type": "array"}}]), "input_schema.type"),
    "five marks": (body(user(*(text(str(n), **MARK) for n in range(5)))), "A maximum of 4"),
    "four marks and the automatic one": (body(user(*(text(str(n), **MARK) for n in range(4))), **MARK), "maximum of 4"),
    "mark's ttl": (body(cache_control={"type": "ephemeral", "ttl": "2h"}), "cache_control"),
    "short life before long": (
        body(user(text("a", **MARK)), cache_control={"type": "ephemeral", "ttl": "1h"}),
        "ttl='1h'",
    ),
    "open object": (body(**output_format({"type": "object", "properties": {}})), "additionalProperties"),
    "open object below": (
        body(
            **output_format(
                {"type": "object", "additionalProperties": False, "properties": {"a": {"items": {"type": "object"}}}}
            )
        ),
        "additionalProperties",
    ),
    "length in schema": (body(**output_format({"type": "string", "maxLength": 3})), "'maxLength' is not supported"),
    "unsigned thinking": (
        body(HELLO, {"role": "assistant", "content": [{"type": "thinking", "thinking": "", "signature": "x"}]}, HELLO),
        "Invalid `signature` in `thinking` block",
    ),
    "too long": (body({"role": "user", "content": "x" * 4_100_000}), "prompt is too long"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_live_api_refuses_is_refused(case: str) -> None:
    request, message = REFUSED[case]
    with start(Script.model_validate({"conversations": [{"steps": [{"text": "hi"}]}]})) as server:
        status, answer = post(server, request)

    assert (400, "invalid_request_error") == (status, answer["error"]["type"])
    assert message in answer["error"]["message"]
    assert 1 == len(server.problems)


def test_what_the_live_api_takes_is_taken() -> None:
    taken = [
        body(),
        body(HELLO, HELLO),
        body(HELLO, CALL, user(RESULT, text("and then?")), tools=[TOOL], tool_choice={"type": "auto"}),
        body(HELLO, CALL, user(RESULT | {"content": "", "is_error": True}), tools=[TOOL]),
        body(thinking={"type": "adaptive", "display": "summarized"}, system="be brief", stop_sequences=["x"]),
        body(user(*(text(str(n), **MARK) for n in range(3))), **MARK),
        body(output_config={"effort": "high"}, stream=True, metadata={"user_id": "u"}),
    ]

    assert [None] * len(taken) == [check_body(request) for request in taken]


def test_a_claim_schema_closed_by_the_sdk_is_taken() -> None:
    told = Script.model_validate({"conversations": [{"steps": [{"claim": {"summary": "done"}}]}]})
    with (
        start(told) as server,
        client(server) as sdk,
        sdk.messages.stream(**body(), output_format=PhaseClaim, extra_headers=conversation_headers()) as stream,
    ):
        message = stream.get_final_message()

    assert "done" == message.parsed_output.summary


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"anthropic-version": "1", **conversation_headers()}, 401, "authentication_error"),
        ({"authorization": "Bearer ", "anthropic-version": "1"}, 401, "authentication_error"),
        ({"x-api-key": "k", **conversation_headers()}, 400, "invalid_request_error"),
        ({"x-api-key": "k", "anthropic-version": "1"}, 400, "invalid_request_error"),
        ({"x-api-key": "k", "anthropic-version": "1", **conversation_headers("a/b")}, 400, "invalid_request_error"),
        ({"x-api-key": "k", "anthropic-version": "1", **conversation_headers(turn=0)}, 400, "invalid_request_error"),
    ],
)
def test_missing_headers_are_refused(headers: dict[str, str], status: int, kind: str) -> None:
    with start(Script.model_validate({"conversations": [{"steps": [{"text": "hi"}]}]})) as server:
        got, answer = post(server, body(), headers=headers)

    assert (status, kind) == (got, answer["error"]["type"])
    assert 1 == len(server.problems)


def test_bodies_that_are_no_json_and_unknown_models_are_refused() -> None:
    with start(Script.model_validate({"conversations": [{"steps": [{"text": "hi"}]}]})) as server:
        assert 400 == post(server, b"{")[0]
        assert 400 == post(server, [])[0]
        assert 404 == post(server, body(model="gpt-5"))[0]
        assert 404 == post(server, body(), path="/v1/complete")[0]


# --- history only grows ---------------------------------------------------------------------------------------------


def two_turns(server: ScriptedServer, change: Callable[[dict[str, Any]], None] = lambda request: None) -> Any:
    """Play two turns with a tool call between; *change* the request before the third is sent."""
    request = body(system="be brief", tools=[TOOL])
    for turn in (1, 2):
        message = ask(server, request, turn=turn)
        call = message.content[-1]
        results = user({"type": "tool_result", "tool_use_id": call.id, "content": f"seen {turn}"}, text("3 turns left"))
        request["messages"] += [{"role": "assistant", "content": [b.to_dict() for b in message.content]}, results]
    change(request)
    return ask(server, request, turn=3)


def calls_then_text(conversation: Conversation, turn: int, request: dict[str, Any]) -> Step:
    return Step.model_validate({"text": "done"} if turn == 3 else {"calls": [{"look": {"turn": turn}}]})


def test_a_history_that_only_grows_is_taken() -> None:
    with start(calls_then_text) as server:
        assert "done" == two_turns(server).content[-1].text


def test_cache_marks_may_move() -> None:
    with start(calls_then_text) as server:
        changed = two_turns(server, lambda request: request["messages"][-1]["content"][0].update(MARK))

    assert "done" == changed.content[-1].text


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another system prompt": lambda request: request.update(system="be long"),
    "a tool more": lambda request: request["tools"].append(TOOL | {"name": "listen"}),
    "an elided result": lambda request: request["messages"][2]["content"][0].update(content="(left out)"),
    "an older call edited": lambda request: request["messages"][1]["content"][-1]["input"].update(turn=9),
    "a first message edited": lambda request: request["messages"][0].update(content="other words"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_past_is_refused(change: str) -> None:
    with (
        start(calls_then_text) as server,
        pytest.raises(anthropic.BadRequestError, match="bound to a different conversation"),
    ):
        two_turns(server, CHANGES[change])


# --- prompt caching -------------------------------------------------------------------------------------------------


def billed(usage: dict[str, Any]) -> tuple[bool, bool, bool]:
    """Return whether anything was (plain input, written, read)."""
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return tuple(usage[name] > 0 for name in names)  # type: ignore[return-value]


LONG = "x" * 4 * 600


def test_a_marked_prefix_is_written_once_and_then_read() -> None:
    cache = PromptCache()
    first = cache.account(body(user(text(LONG, **MARK), text("one"))))
    second = cache.account(body(user(text(LONG, **MARK), text("two"))))

    assert (True, True, False) == billed(first)
    assert (True, False, True) == billed(second)
    assert first["cache_creation_input_tokens"] == second["cache_read_input_tokens"]
    assert first["cache_creation_input_tokens"] == first["cache_creation"]["ephemeral_5m_input_tokens"]


def test_a_growing_history_reads_the_last_turn_and_writes_the_new_part() -> None:
    cache = PromptCache()
    messages: list[dict[str, Any]] = [user(text(LONG))]
    total = 0
    for _ in range(3):
        usage = cache.account(body(*messages, cache_control={"type": "ephemeral"}))
        assert usage["cache_read_input_tokens"] == total
        total += usage["cache_creation_input_tokens"]
        messages += [{"role": "assistant", "content": [text("a" * 400)]}, user(text("b" * 400))]

    assert total > 600


def test_a_short_prefix_is_not_cached() -> None:
    assert (True, False, False) == billed(PromptCache().account(body(user(text("short", **MARK)))))


@pytest.mark.parametrize(
    "other",
    [
        body(user(text(LONG + "y", **MARK))),
        body(user(text(LONG, **MARK)), system="be brief"),
        body(user(text(LONG, **MARK)), model="claude-opus-5-5"),
        body(user(text(LONG, **MARK)), thinking={"type": "adaptive"}),
    ],
)
def test_any_difference_in_the_prefix_misses(other: dict[str, Any]) -> None:
    cache = PromptCache()
    cache.account(body(user(text(LONG, **MARK))))

    assert 0 == cache.account(other)["cache_read_input_tokens"]


def test_a_mark_looks_back_twenty_blocks() -> None:
    for more, expected in ((19, True), (25, False)):
        cache = PromptCache()
        cache.account(body(user(text(LONG, **MARK))))
        grown = user(text(LONG), *(text(str(n)) for n in range(more)), text("end", **MARK))

        assert expected == (cache.account(body(grown))["cache_read_input_tokens"] > 0)


def test_what_is_cached_is_forgotten_after_its_time() -> None:
    now = [0.0]
    cache = PromptCache(clock=lambda: now[0])
    request = body(user(text(LONG, **MARK)))
    cache.account(request)
    now[0] = 299
    assert (False, False, True) == billed(cache.account(request))
    now[0] = 598  # reading renewed it
    assert (False, False, True) == billed(cache.account(request))
    now[0] = 900

    assert (False, True, False) == billed(cache.account(request))


def test_an_hour_is_billed_apart() -> None:
    hour = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    usage = PromptCache().account(body(user(text("later", **MARK)), system=[text(LONG, **hour)]))

    assert usage["cache_creation"]["ephemeral_1h_input_tokens"] > 600
    assert 0 < usage["cache_creation"]["ephemeral_5m_input_tokens"] < 20


# --- nothing that is sent breaks the server -------------------------------------------------------------------------

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def with_junk(value: Any, path: int, junk: Any) -> Any:
    """Return *value* with the part that *path* leads to replaced by *junk*."""
    if path == 0 or not isinstance(value, dict | list) or not value:
        return junk
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    changed = dict(value) if isinstance(value, dict) else list(value)
    key = keys[path % len(keys)]
    changed[key] = with_junk(value[key], path // len(keys), junk)
    return changed


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*REFUSED]), st.integers(0, 100_000), JUNK)
def test_any_body_is_judged(case: str, path: int, junk: Any) -> None:
    request = with_junk({**REFUSED[case][0], "system": [text("s")], "tools": [TOOL]}, path, junk)
    refusal = check_body(request)

    if refusal is None:
        assert PromptCache().account(request)["input_tokens"] >= 0
