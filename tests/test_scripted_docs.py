"""The examples of docs/scripted-sessions.md are played as written."""

import re
from pathlib import Path
from typing import Any

import yaml
from support_messages import body, conversation_headers, post

from phasewright.result import PhaseClaim
from phasewright.scripted import Fault, Script, Step, start

PAGE = Path(__file__).parent.parent / "docs" / "scripted-sessions.md"
TOOLS = [
    {"name": name, "description": "", "input_schema": {"type": "object"}} for name in ("delegate", "write_file", "bash")
]


def fences(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def played(script: Script, name: str, turn: int = 1, times: int = 1) -> list[tuple[int, dict[str, Any]]]:
    headers = {"x-api-key": "k", "anthropic-version": "2026-10-21", **conversation_headers(name, turn)}
    with start(script) as server:
        return [post(server, body(tools=TOOLS), headers=headers) for _ in range(times)]


def test_the_first_example_says_what_it_shows() -> None:
    script = Script.model_validate(yaml.safe_load(fences("yaml")[0]))
    [(_, delegation)] = played(script, "run/1/1/orchestrator")
    [(_, claim)] = played(script, "run/1/1/orchestrator", turn=2)
    [(_, work)] = played(script, "run/1/1/rust-developer/1")

    assert "rust-developer" == delegation["content"][-1]["input"]["agent"]
    assert "greet.rs is written." == PhaseClaim.model_validate_json(claim["content"][-1]["text"]).summary
    assert ["write_file", "bash"] == [block["name"] for block in work["content"][1:]]


def test_the_faults_come_before_the_reply() -> None:
    script = Script.model_validate(yaml.safe_load(fences("yaml")[1]))
    steps = script.conversations[0]

    assert [529, 429] == [status for status, _ in played(script, "run/1/1/a", times=2)]
    assert ["http", "http", "cut", None] == [
        step.fault and step.fault.kind for time in range(1, 5) if (step := steps.answer(1, time)) is not None
    ]
    assert "done" == (steps.answer(2, 1) or Step(text="")).text


def test_limits_refusals_and_cut_calls_are_played() -> None:
    script = Script.model_validate(yaml.safe_load(fences("yaml")[2]))
    [(status, error)] = played(script, "run/limit/1/orchestrator")
    [(_, refused)] = played(script, "run/refused/1/orchestrator")
    [(_, cut)] = played(script, "run/cut/1/orchestrator")

    assert (429, "enforced_spend_limit_reached") == (status, error["error"]["details"]["error_code"])
    assert ("refusal", "max_tokens") == (refused["stop_reason"], cut["stop_reason"])


def test_every_key_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    keys = {*Step.model_fields, *Fault.model_fields, *Script.model_fields} - {"conversations", "title"}

    assert [] == sorted(key for key in keys if f"`{key}`" not in page and f"`{key}:" not in page)


def test_the_python_example_runs() -> None:
    [code] = fences("python")
    space: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, str(PAGE), "exec"), space)

    assert space["base_url"].startswith("http://127.0.0.1:")
