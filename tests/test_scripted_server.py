"""The scripted Messages API server, asked by the real SDK over HTTP."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest
from support_messages import HELLO, TOOL, ask, body, client, conversation_headers, get, post

from phasewright.errors import UsageError
from phasewright.scripted import Conversation, Script, ScriptedServer, Step, load_script, start


def script(*steps: dict[str, Any], **more: Any) -> Script:
    return Script.model_validate({"conversations": [{"steps": steps}], **more})


def look(**given: Any) -> dict[str, Any]:
    return {"calls": [{"look": given}]}


def test_sdk_reads_text_thinking_calls_and_usage() -> None:
    step = {"text": "I look.", "thinking": "hm", "calls": [{"look": {"path": "a.rs", "n": [1, {"x": "é"}]}}]}
    with start(script(step)) as server:
        message = ask(server, body(tools=[TOOL]))

    assert ["thinking", "text", "tool_use"] == [block.type for block in message.content]
    assert ("hm", "I look.") == (message.content[0].thinking, message.content[1].text)
    assert {"path": "a.rs", "n": [1, {"x": "é"}]} == message.content[2].input
    assert "tool_use" == message.stop_reason
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens > 5


def test_events_come_in_the_order_of_the_live_api() -> None:
    request = body(tools=[TOOL], stream=True)
    with (
        start(script({"text": "hi", "calls": [{"look": {}}]}, think=False)) as server,
        client(server) as sdk,
        sdk.messages.with_streaming_response.create(**request, extra_headers=conversation_headers()) as reply,
    ):
        lines = [line for line in reply.iter_lines() if line]

    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert ["message_start", "ping", "content_block_start"] == names[:3]
    assert ["content_block_stop", "message_delta", "message_stop"] == names[-3:]
    assert names == [event["type"] for event in events]
    first_json = next(e["delta"] for e in events if e.get("delta", {}).get("type") == "input_json_delta")
    assert "" == first_json["partial_json"]
    assert ([], None, 1) == (
        events[0]["message"]["content"],
        events[0]["message"]["stop_reason"],
        events[0]["message"]["usage"]["output_tokens"],
    )


def test_without_stream_the_same_message_comes_whole() -> None:
    with start(script({"text": "hi"})) as server:
        status, message = post(server, body())
        streamed = ask(server, body(), turn=1)

    assert 200 == status
    assert message["content"] == [block.to_dict() for block in streamed.content]
    assert message["id"] == streamed.id


def test_a_conversation_gets_its_own_script_whatever_the_order_of_arrival() -> None:
    told = Script.model_validate(
        {
            "conversations": [
                {"phase": "7a", "attempt": 1, "agent": "orchestrator", "steps": [{"text": "first try"}]},
                {"phase": "7a", "agent": "orchestrator", "steps": [{"text": "later try"}]},
                {"phase": "2", "agent": "rust-*", "n": 2, "steps": [{"text": "second delegation"}]},
                {"phase": "2", "agent": "rust-*", "steps": [{"text": "any delegation"}]},
            ]
        }
    )
    names = ["r/2/1/rust-developer/1", "r/7a/3/orchestrator", "r/2/9/rust-developer/2", "r/7a/1/orchestrator"]
    with start(told) as server:
        texts = [ask(server, body(), name).content[-1].text for name in names]

    assert ["any delegation", "later try", "second delegation", "first try"] == texts
    assert dict.fromkeys(names, 1) == server.counts


def test_a_retried_turn_gets_the_next_fault_and_then_always_the_same_reply() -> None:
    steps = [{"fault": 529, "text": None}, {"fault": {"status": 500, "times": 2}}, {"text": "one"}, {"text": "two"}]
    with start(script(*steps)) as server:
        statuses = [post(server, body())[0] for _ in range(5)]
        second = post(
            server, body(), headers={"x-api-key": "k", "anthropic-version": "1", **conversation_headers(turn=2)}
        )

    assert [529, 500, 500, 200, 200] == statuses
    assert "two" == second[1]["content"][-1]["text"]
    assert 6 == server.counts["run/1/1/orchestrator"]
    assert {"run/1/1/orchestrator": 2} == server.summary().turns
    assert () == server.problems


def test_asking_for_more_than_the_script_has_is_a_problem_on_record() -> None:
    with start(script({"text": "only this"})) as server:
        with pytest.raises(anthropic.BadRequestError, match="has no turn 2"):
            ask(server, body(), turn=2)
        with pytest.raises(anthropic.BadRequestError, match="no conversation for"):
            ask(ScriptedServer(Script(conversations=())).start(), body())

    assert 1 == len(server.problems)


def test_a_handler_answers_by_conversation_and_turn() -> None:
    def answer(conversation: Conversation, turn: int, request: dict[str, Any]) -> Step:
        assert turn < 3, "asked too much"
        return Step(text=f"{conversation.agent} {conversation.attempt} {turn} {len(request['messages'])}")

    with start(answer) as server:
        message = ask(server, body(), "r/1.5/4/rust%2Fdev/2", 2)
        with pytest.raises(anthropic.BadRequestError, match="the handler failed: AssertionError: asked too much"):
            ask(server, body(), turn=3)

    assert "rust/dev 4 2 1" == message.content[-1].text
    assert "r/1.5/4/rust%2Fdev/2" in server.counts


def test_requests_are_kept_without_credentials_and_can_be_asked_for_over_http(tmp_path: Path) -> None:
    with start(script({"text": "hi"})) as server:
        ask(server, body())
        [kept] = server.requests
        over_http = get(server, "/_scripted/requests")
        summary = get(server, "/_scripted/summary")
        server.write_summary(tmp_path / "summary.json")

    assert "(not kept)" == kept.headers["authorization"]
    assert [HELLO] == kept.body["messages"]
    assert ("run/1/1/orchestrator", 1, "reply") == (kept.conversation, kept.turn, kept.outcome)
    assert kept.body == over_http[0]["body"]
    expected = {"requests": 1, "counts": {kept.conversation: 1}, "turns": {kept.conversation: 1}, "problems": []}
    assert expected == summary == json.loads((tmp_path / "summary.json").read_text())


def test_models_and_token_counts_are_answered() -> None:
    with start(script({"text": "hi"})) as server, client(server) as sdk:
        models = [model.id for model in sdk.models.list()]
        model = sdk.models.retrieve("claude-sonnet-5-5")
        tokens = sdk.messages.count_tokens(
            model="claude-sonnet-5-5", messages=[{"role": "user", "content": "x" * 4000}]
        )
        with pytest.raises(anthropic.NotFoundError):
            sdk.models.retrieve("gpt-5")

    assert "claude-sonnet-5-5" in models
    assert ("active", 1_000_000) == (model.lifecycle, model.max_input_tokens)
    assert 1000 <= tokens.input_tokens < 1020


def test_many_conversations_are_answered_at_once() -> None:
    with start(script({"text": "slow", "delay_seconds": 0.3})) as server:
        began = time.monotonic()
        threads = [threading.Thread(target=post, args=(server, body())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - began

    assert seconds < 1.5
    assert 8 == len(server.requests)


def test_stopping_ends_a_hanging_reply() -> None:
    server = start(script({"fault": {"kind": "hang"}}, {"text": "hi"}))
    failed: list[BaseException] = []

    def wait() -> None:
        try:
            ask(server, body())
        except Exception as problem:
            failed.append(problem)

    thread = threading.Thread(target=wait)
    thread.start()
    while not server.requests:
        time.sleep(0.01)
    server.stop()
    thread.join(timeout=3)

    assert not thread.is_alive()
    assert 1 == len(failed)


def test_a_taken_port_is_a_usage_error() -> None:
    with start(script()) as server, pytest.raises(UsageError, match="cannot listen"):
        start(script(), port=int(server.url.rpartition(":")[2]))


# --- faults: what the SDK makes of them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        (429, anthropic.RateLimitError, None),
        (
            {"status": 429, "error_code": "enforced_spend_limit_reached"},
            anthropic.RateLimitError,
            "enforced_spend_limit_reached",
        ),
        (500, anthropic.InternalServerError, None),
        (529, anthropic.APIStatusError, None),
        (401, anthropic.AuthenticationError, None),
        (403, anthropic.PermissionDeniedError, None),
        (404, anthropic.NotFoundError, None),
    ],
)
def test_http_faults_reach_the_client_as_the_sdks_errors(
    fault: Any, expected: type[Exception], code: str | None
) -> None:
    with start(script({"fault": fault}, {"text": "hi"})) as server, pytest.raises(expected) as caught:
        ask(server, body())

    assert code == caught.value.error_code
    assert "scripted fault" in str(caught.value)
    assert () == server.problems


def test_a_fault_carries_its_headers() -> None:
    fault = {"status": 429, "headers": {"retry-after": "7", "x-should-retry": "false"}}
    with start(script({"fault": fault})) as server, pytest.raises(anthropic.RateLimitError) as caught:
        ask(server, body())

    headers = caught.value.response.headers
    assert ("7", "false") == (headers["retry-after"], headers["x-should-retry"])
    assert headers["request-id"].startswith("req_")


def test_an_error_event_after_200_is_a_status_error_of_200() -> None:
    told = script({"fault": {"kind": "sse_error"}}, {"text": "hi"})
    with start(told) as server, pytest.raises(anthropic.APIStatusError) as caught:
        ask(server, body())

    assert (200, "overloaded_error") == (caught.value.status_code, caught.value.type)


@pytest.mark.parametrize("at", ["start", "content", "tool_json", "stop", "message_stop"])
def test_a_stream_can_end_as_if_it_were_whole(at: str) -> None:
    """The SDK reports no error, or (before any event) an assertion: only the stop reason tells."""
    broken = {"fault": {"kind": "cut", "at": at, "how": "end"}}
    with start(script(broken, {"text": "hello", **look(path="src/lib.rs")})) as server, client(server) as sdk:
        request = body(tools=[TOOL])
        with sdk.messages.stream(**request, extra_headers=conversation_headers()) as stream:
            if at == "start":
                with pytest.raises(AssertionError):
                    stream.get_final_message()
                return
            message = stream.get_final_message()

    assert ("tool_use" if at == "message_stop" else None) == message.stop_reason
    assert (at not in ("content",)) == ("tool_use" in [block.type for block in message.content])


@pytest.mark.parametrize("how", ["drop", "reset"])
@pytest.mark.parametrize("at", ["headers", "start", "content", "tool_json", "stop"])
def test_a_connection_can_break_anywhere(at: str, how: str) -> None:
    broken = {"fault": {"kind": "cut", "at": at, "how": how}}
    with start(script(broken, {"text": "hello", **look(path="src/lib.rs")})) as server:
        with pytest.raises((httpx2.TransportError, anthropic.APIConnectionError)):
            ask(server, body(tools=[TOOL]))
        after = ask(server, body(tools=[TOOL]))

    assert "tool_use" == after.stop_reason


def test_a_hang_in_the_stream_runs_into_the_clients_read_timeout() -> None:
    told = script({"fault": {"kind": "hang", "at": "content"}}, {"text": "hello"})
    with (
        start(told) as server,
        client(server, read_seconds=0.3) as sdk,
        sdk.messages.stream(**body(), extra_headers=conversation_headers()) as stream,
        pytest.raises((httpx2.ReadTimeout, anthropic.APITimeoutError)),
    ):
        stream.get_final_message()


def test_truncated_tool_json_passes_the_sdk_silently() -> None:
    """So a client must parse the JSON itself: this is the trap that the fault is for."""
    step = {"fault": {"kind": "tool_json"}}
    with start(script(step, look(path="src/lib.rs", content="x" * 100))) as server:
        message = ask(server, body(tools=[TOOL]))

    assert "tool_use" == message.stop_reason
    assert {"path": "src/lib.rs", "content": "x" * 100} != message.content[-1].input


@pytest.mark.parametrize("json_is", ["malformed", "list"])
def test_tool_json_can_be_malformed_or_no_object(json_is: str) -> None:
    step = {"fault": {"kind": "tool_json", "json_is": json_is}}
    with start(script(step, look(path="src/lib.rs"))) as server:
        if json_is == "malformed":
            with pytest.raises(ValueError, match="JSON"):
                ask(server, body(tools=[TOOL]))
        else:
            assert [{"path": "src/lib.rs"}] == ask(server, body(tools=[TOOL])).content[-1].input


def test_a_refusal_and_a_cut_call_are_replies_with_their_stop_reason() -> None:
    steps = [
        {"stop_reason": "refusal", "stop_details": {"type": "refusal", "category": "cyber", "explanation": None}},
        {"stop_reason": "max_tokens", **look(path="src/lib.rs", content="x" * 100)},
    ]
    with start(script(*steps)) as server:
        refused = ask(server, body())
        cut = ask(server, body(tools=[TOOL]), turn=2)

    assert ("refusal", "cyber") == (refused.stop_reason, refused.stop_details.category)
    assert "max_tokens" == cut.stop_reason
    assert {"path": "src/lib.rs", "content": "x" * 100} != cut.content[-1].input


def test_a_slow_reply_drips() -> None:
    with start(script({"text": "four pieces", "pace_seconds": 0.05}, think=False)) as server:
        began = time.monotonic()
        ask(server, body())

    assert time.monotonic() - began > 0.4


def test_usage_can_be_scripted() -> None:
    with start(script({"text": "hi", "usage": {"input_tokens": 7, "output_tokens": 900_000}})) as server:
        usage = ask(server, body()).usage

    assert (7, 900_000) == (usage.input_tokens, usage.output_tokens)


# --- scripts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conversations: [{steps: [{txt: hi}]}]", "conversations 1, steps 1, txt: Extra inputs are not permitted"),
        ("conversations: [{steps: [{}]}]", "conversations 1, steps 1: a step needs one of"),
        ("conversations: [{steps: [{claim: {sumary: x}}]}]", "conversations 1, steps 1, claim: a claim has no sumary"),
        ("conversations: [{steps: [{fault: 200}]}]", "conversations 1, steps 1, fault, status: Input should be"),
        ("conversations: [", "while parsing"),
        ("just text", "not a script"),
    ],
)
def test_a_broken_script_names_the_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "session.yaml"
    path.write_text(text)

    with pytest.raises(UsageError) as caught:
        load_script(path)

    assert message in str(caught.value)
    assert 1 == len(str(caught.value).splitlines())


def test_json_scripts_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text(json.dumps({"conversations": [{"phase": 1, "steps": [{"text": "hi"}]}]}))

    assert "1" == load_script(path).conversations[0].phase
