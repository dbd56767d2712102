"""Conversations that go wrong slowly: circles, floods, silence, too much text; and what is put on record."""

import asyncio
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from support_agents import Watcher, connected, script
from support_bench import LocalBench, make_job
from test_orchestrator import CLAIM, attempt, delegating, sub_agent
from test_orchestrator import orchestrator as played_by

from phasewright.agent.definition import AgentDefinition, SkillDefinition
from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import PhaseJob
from phasewright.agent.ledger import running_state
from phasewright.agent.orchestrator import orchestrate
from phasewright.agent.prompts import load_prompt, prompts_digest
from phasewright.agent.slice import phase_slice
from phasewright.agent.sub_agent import run_sub_agent
from phasewright.agent.summary import split_report
from phasewright.errors import InfrastructureError
from phasewright.model import Model
from phasewright.plan import FileChanges, Phase
from phasewright.record.transcript import Transcripts
from phasewright.text import count_tokens

TASK = Delegation(n=1, agent="rust-developer", task="Do it.")
NAME = "20261125-020000-abcd/1/1/rust-developer/1"
READ = {"calls": [{"read_file": {"path": "src/lib.rs"}}]}


async def alone(
    tmp_path: Path, *steps: Any, task: Delegation = TASK, **changes: Any
) -> tuple[DelegationResult, Watcher, list[Any]]:
    """Play one sub-agent's conversation; return its result, what was seen, and the requests' bodies."""
    bench, watcher = LocalBench(tmp_path), Watcher()
    async with connected(script({"steps": list(steps)})) as (model, server):
        result = await run_sub_agent(task, make_job(bench, **changes), model, observe=watcher, bench=bench)
        assert () == server.problems
        return result, watcher, [r.body for r in server.requests]


async def test_the_same_call_with_the_same_result_is_told_and_then_stopped(tmp_path: Path) -> None:
    result, _, bodies = await alone(tmp_path, *[READ] * 5)

    assert "stalled: read_file was called 5 times with the same result" == result.error
    assert 5 == len(bodies)
    told = bodies[3]["messages"][-1]["content"]
    assert "You have called read_file with this input 3 times" in told[-1]["text"]
    assert ["tool_result", "text"] == [block["type"] for block in told]


async def test_the_same_call_with_another_result_is_no_circle(tmp_path: Path) -> None:
    count = {"calls": [{"bash": {"command": "echo x >> n; wc -l < n"}}]}
    result, _, _ = await alone(tmp_path, *[count] * 7, {"text": "Done."})

    assert "done" == result.status


async def test_two_calls_in_turns_are_a_circle(tmp_path: Path) -> None:
    one, other = {"calls": [{"bash": {"command": "true"}}]}, {"calls": [{"bash": {"command": "echo"}}]}
    result, _, bodies = await alone(tmp_path, *[one, other] * 5)

    assert "stalled: bash was called 5 times with the same result" == result.error
    assert "You have called bash with this input 3 times" in bodies[6]["messages"][-1]["content"][-1]["text"]


async def test_the_same_check_after_each_edit_is_no_circle(tmp_path: Path) -> None:
    check = {"calls": [{"bash": {"command": "true"}}]}
    edits = [{"calls": [{"write_file": {"path": f"{n}.txt", "content": "x"}}]} for n in range(6)]
    steps = [step for edit in edits for step in (edit, check)]
    result, _, _ = await alone(tmp_path, *steps, {"text": "Done."})

    assert "done" == result.status


FULL = {"stop_reason": "model_context_window_exceeded", "text": "I was just"}
TOO_LONG = {"fault": {"status": 400, "message": "prompt is too long: 210000 tokens > 200000 maximum"}}


@pytest.mark.parametrize("full", [FULL, TOO_LONG], ids=["stop reason", "refused request"])
async def test_a_conversation_that_became_too_long_is_summed_up_in_a_fresh_one(tmp_path: Path, full: Any) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    steps = [{"text": "First I write.", "calls": [{"write_file": {"path": "half.rs", "content": "// half\n"}}]}, full]
    summary = {"agent": "rust-developer-summary", "steps": [{"text": "### Summary\nHalf is there.\n### Details\nAll."}]}
    played = script({"agent": "rust-developer", "steps": steps}, summary)
    async with connected(played) as (model, server):
        result = await run_sub_agent(TASK, make_job(bench), model, observe=watcher, bench=bench)
        assert () == server.problems
        fresh = server.requests[-1].body

    assert ("error", "Half is there.", ("half.rs",)) == (result.status, result.summary, result.files_changed)
    assert result.error is not None and result.error.startswith("model_error: ")
    assert "Half is there." in result.report()
    assert [] == fresh["tools"]
    said = fresh["messages"][0]["content"][0]["text"]
    assert "Do it." in said and 'called write_file: {"path": "half.rs"' in said and "said: First I write." in said


async def test_three_replies_cut_at_their_limit_are_too_many(tmp_path: Path) -> None:
    result, _, bodies = await alone(tmp_path, *[{"text": "I", "stop_reason": "max_tokens"}] * 3)

    assert "stalled: 3 replies in a row were longer than allowed" == result.error
    assert "smaller steps" in bodies[1]["messages"][-1]["content"][-1]["text"]


async def test_the_last_turns_are_announced(tmp_path: Path) -> None:
    agents = (AgentDefinition(name="rust-developer", prompt="x", max_turns=5),)
    steps = [{"calls": [{"read_file": {"path": "src/lib.rs", "offset": n}}]} for n in range(1, 6)]
    result, _, bodies = await alone(tmp_path, *steps, agents=agents)

    assert "budget: rust-developer took all its 5 turns; --max-turns allows more" == result.error
    assert "4 turns are left. Come to an end." == bodies[1]["messages"][-1]["content"][-1]["text"]


async def test_history_is_only_ever_appended_to(tmp_path: Path) -> None:
    """Thinking blocks are signed over all that stands before; the server checks that too."""
    steps = [{"thinking": f"Hm {n}", "calls": [{"read_file": {"path": "src/lib.rs", "offset": n}}]} for n in (1, 2, 3)]
    _, _, bodies = await alone(tmp_path, *steps, {"text": "Done."})

    for before, after in itertools.pairwise(bodies):
        assert before["messages"] == after["messages"][: len(before["messages"])]
        assert (before["system"], before["tools"]) == (after["system"], after["tools"])


async def test_a_turn_of_many_calls_does_not_lose_the_cache(tmp_path: Path) -> None:
    many = [{"calls": [{"read_file": {"path": "src/lib.rs", "offset": n + m}} for m in range(15)]} for n in (1, 30, 60)]
    agents = (AgentDefinition(name="rust-developer", prompt="You write Rust. " * 200),)
    result, _, bodies = await alone(tmp_path, *many, {"text": "Done."}, agents=agents)

    assert result.usage.cache_read_input_tokens > result.usage.cache_creation_input_tokens + result.usage.input_tokens
    assert "cache_control" in json.dumps(bodies[2]["messages"])


async def test_a_summary_that_is_too_long_is_asked_for_again_and_then_cut(tmp_path: Path) -> None:
    long = "### Summary\n" + "word " * 1000 + "\n### Details\nAll of it."
    result, watcher, bodies = await alone(tmp_path, {"text": long}, {"text": "again " * 1000}, details_log="x.md")

    assert count_tokens(result.summary) <= 500
    assert result.summary.endswith("[cut; all of it stands in x.md]")
    assert 2 == len(bodies)
    assert [("rust-developer 1", long)] == watcher.reports


async def test_a_shortened_summary_is_taken(tmp_path: Path) -> None:
    result, _, _ = await alone(tmp_path, {"text": "word " * 1000}, {"text": "Short."})

    assert "Short." == result.summary


@pytest.mark.parametrize(
    ("report", "summary"),
    [
        ("Plain.", "Plain."),
        ("### Summary\nA.\n### Details\nB.", "A."),
        ("## Summary (for orchestrator - max 500 tokens)\nA.\n\n## Details\nB.", "A."),
        ("A.\n### Details\nB.", "A."),
        ("### Details\nB.\n### Summary\nA.", "A."),
        ("", ""),
    ],
)
def test_a_reports_summary_stands_under_its_heading(report: str, summary: str) -> None:
    assert summary == split_report(report)


def big_job(tmp_path: Path) -> PhaseJob:
    text = "## Phase 1: Big\n\n" + "Ein Satz über größere Dinge. " * 2000
    files = FileChanges(create=tuple(f"src/module_{n}/file.rs" for n in range(400)))
    phase = Phase(id="1", name="Big", line=1, text=text, files=files)
    return make_job(
        LocalBench(tmp_path), phase=phase, upstream_notes="note " * 5000, findings_digest="finding " * 5000, attempt=3
    )


def test_contexts_keep_their_budgets(tmp_path: Path) -> None:
    job = big_job(tmp_path)
    state = running_state(job)

    assert count_tokens(state) <= 2000
    assert count_tokens(phase_slice(job)) <= 1000
    assert f"read_file {job.plan_path} shows all of this phase" in phase_slice(job)


def test_an_orchestrator_knows_what_its_phase_waited_for(tmp_path: Path) -> None:
    why = ("it depends on 1", "it changes src/lib.rs, and so does 2")
    said = running_state(make_job(LocalBench(tmp_path), waited_for=why))

    assert "Starts after others because: it depends on 1; it changes src/lib.rs, and so does 2" in said


def test_why_the_last_attempt_was_refused_comes_through(tmp_path: Path) -> None:
    job = make_job(LocalBench(tmp_path), findings_digest="finding " * 5000, upstream_notes="note " * 5000)
    state = running_state(job)

    assert 490 <= count_tokens("finding " * state.count("finding ")) <= 500
    assert "note note" in state


async def test_an_agents_name_model_and_effort_are_its_own(tmp_path: Path) -> None:
    agent = AgentDefinition(name="rust-developer", prompt="You are special.", model="claude-haiku-5-5", effort="low")
    _, _, bodies = await alone(tmp_path, {"text": "Done."}, agents=(agent,))

    assert "claude-haiku-5-5" == bodies[0]["model"]
    assert {"effort": "low"} == bodies[0]["output_config"]
    assert bodies[0]["system"][0]["text"].startswith("You are special.")


async def test_an_agent_has_only_the_tools_of_its_file(tmp_path: Path) -> None:
    agent = AgentDefinition(name="rust-developer", prompt="x", tools=("read_file", "grep"))
    _, _, bodies = await alone(tmp_path, {"text": "Done."}, agents=(agent,))

    assert ["read_file", "grep"] == [tool["name"] for tool in bodies[0]["tools"]]


async def test_skills_are_listed_and_given_on_demand(tmp_path: Path) -> None:
    skills = []
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.md").write_text(f"---\nname: {name}\n---\nText of {name}. First read skill {other}.")
        skills.append(SkillDefinition(name=name, description=f"About {name}", path=tmp_path / f"{name}.md"))
    agent = AgentDefinition(name="rust-developer", prompt="x", skills=("a", "missing"))
    steps = [{"calls": [{"skill": {"name": name}}]} for name in ("b", "a", "b", "c")]
    _, watcher, bodies = await alone(tmp_path, *steps, {"text": "Done."}, agents=(agent,), skills=tuple(skills))

    system = bodies[0]["system"][0]["text"]
    assert "Text of a." in system
    assert "Text of b." not in system
    assert "- b: About b" in system
    outputs = [r["output"] for r in watcher.records[NAME] if r["type"] == "tool"]
    assert "Text of b. First read skill a." == outputs[0]
    assert "stands above" in outputs[2]
    assert "no skill 'c'" in outputs[3]


async def test_a_hundred_delegations_in_a_turn_are_bounded_by_the_slots(tmp_path: Path) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    played = script(played_by(delegating(*[f"task {n}" for n in range(100)]), CLAIM))
    at_work, most = 0, 0

    async def delegate(delegation: Delegation) -> DelegationResult:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.01)
        at_work -= 1
        return DelegationResult(agent=delegation.agent, status="done")

    async with connected(played, max_parallel=4) as (model, _):
        end = await orchestrate(make_job(bench), model, delegate=delegate, observe=watcher, bench=bench)

    assert end.claim is not None
    assert 4 == most
    assert "100/100" == f"{watcher.updates[-1].done}/{watcher.updates[-1].total}"


async def test_an_infrastructure_error_of_a_delegation_ends_the_attempt_as_it_is(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)

    async def delegate(delegation: Delegation) -> DelegationResult:
        raise InfrastructureError("the disk is full")

    async with connected(script(played_by(delegating("a", "b"), CLAIM))) as (model, _):
        with pytest.raises(InfrastructureError, match="the disk is full"):
            await orchestrate(make_job(bench), model, delegate=delegate, observe=Watcher(), bench=bench)


async def test_retries_are_told_as_issues(tmp_path: Path) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()
    played = script(played_by(delegating("x"), CLAIM), sub_agent({"fault": 529}, {"text": "Done."}))
    async with connected(played) as (model, _):
        await attempt(make_job(bench), model, bench, watcher)

    [issue] = [update.issue for update in watcher.updates if update.issue]
    assert "rust-developer 1, turn 1: the model service failed: 529 overloaded_error: scripted fault; again in" in issue


async def test_a_repositorys_own_prompt_replaces_the_shipped_one(tmp_path: Path) -> None:
    before = prompts_digest(tmp_path)
    (tmp_path / ".ai/prompts").mkdir(parents=True)
    (tmp_path / ".ai/prompts/sub-agent.md").write_text("Be kind.\n")

    assert "Be kind." == load_prompt("sub-agent", tmp_path)
    assert load_prompt("report", tmp_path).startswith("End with a turn")
    assert before != prompts_digest(tmp_path)


async def test_design_phases_have_their_own_prompt(tmp_path: Path) -> None:
    bench = LocalBench(tmp_path)
    phase = make_job(bench).phase.model_copy(update={"kind": "design"})
    async with connected(script(played_by(CLAIM))) as (model, server):
        await attempt(make_job(bench, phase=phase), model, bench, Watcher())
        [seen] = server.requests

    assert "design phase" in seen.body["system"][0]["text"]


async def recorded(tmp_path: Path, model: Model, played_into: Transcripts) -> None:
    class Keeps(Watcher):
        def record(self, conversation: str, record: Any) -> None:
            played_into.write(conversation, record)

    bench = LocalBench(tmp_path)
    await attempt(make_job(bench), model, bench, Keeps())


async def test_a_transcript_holds_every_request_byte_for_byte(tmp_path: Path) -> None:
    """The bodies that the server got can be put together again from the records alone."""
    transcripts = Transcripts(tmp_path)
    played = script(
        played_by({"fault": 529}, delegating("x"), CLAIM),
        sub_agent(READ, {"fault": {"kind": "cut"}}, {"text": "Done."}),
    )
    async with connected(played) as (model, server):
        await recorded(tmp_path, model, transcripts)
        sent = {(r.conversation, r.turn): r.body for r in server.requests}
        cost = sum(made.usage.usd for made in transcripts.costs())

        assert pytest.approx(model.budget.usage.usd) == cost
        assert transcripts.spent().total_tokens == model.budget.usage.total_tokens
    for name in transcripts.conversations():
        messages: list[Any] = []
        for record in transcripts.records(name):
            if record["type"] == "request":
                messages += record["new_messages"]
                assert sent[name, record["turn"]]["messages"] == messages
    assert {"phase-1_attempt-1_orchestrator.jsonl", "phase-1_attempt-1_rust-developer_1.jsonl"} == {
        path.name for path in tmp_path.glob("*.jsonl")
    }
    kinds = [record["type"] for record in transcripts.records(NAME)]
    assert ["conversation", "request", "try", "tool", "request", "try", "try", "end"] == kinds
    assert [3, 3] == [made.requests for made in transcripts.costs()]


def test_a_line_cut_by_a_crash_does_not_hide_what_stands_before(tmp_path: Path) -> None:
    transcripts = Transcripts(tmp_path)
    transcripts.write("r/1/1/a/1", {"type": "request", "turn": 1, "text": "\udcff\n"})
    with transcripts.path("r/1/1/a/1").open("ab") as file:
        file.write(b'{"type": "tr')

    assert [1] == [record["turn"] for record in transcripts.records("r/1/1/a/1")]
    assert 1 == len(json.loads(transcripts.path("r/1/1/a/1").read_bytes().splitlines()[0])["text"].splitlines())


async def test_agents_side_by_side_are_told_apart_by_what_their_tools_wrote(tmp_path: Path) -> None:
    bench, watcher = LocalBench(tmp_path), Watcher()

    def writes(path: str, n: int) -> dict[str, Any]:
        wait = {"calls": [{"bash": {"command": "sleep 0.4"}}]}
        return sub_agent({"calls": [{"write_file": {"path": path, "content": "x\n"}}]}, wait, {"text": "Done."}, n=n)

    played = script(played_by(delegating("a", "b"), CLAIM), writes("src/a.rs", 1), writes("src/b.rs", 2))
    async with connected(played) as (model, _):
        await attempt(make_job(bench), model, bench, watcher)

    done = [r for r in watcher.records["20261125-020000-abcd/1/1/orchestrator"] if r["type"] == "tool"]
    assert {"a": "src/a.rs", "b": "src/b.rs"} == {
        one["input"]["task"]: one["output"].splitlines()[1].split(": ")[1] for one in done
    }
