"""One sub-agent: a conversation with file tools and a shell, and what came of it."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from phasewright.agent.account import account
from phasewright.agent.bench import make_bench
from phasewright.agent.definition import AgentDefinition
from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import PhaseJob
from phasewright.agent.loop import converse
from phasewright.agent.observe import Observer
from phasewright.agent.prompts import load_prompt
from phasewright.agent.slice import phase_slice
from phasewright.agent.summary import SUMMARY_TOKENS, split_report
from phasewright.agent.talk import Talk
from phasewright.agent.writers import Writers
from phasewright.budget import Budget
from phasewright.clean import clean
from phasewright.clock import Clock, OutOfTime
from phasewright.errors import ContextFull, ConversationEnded
from phasewright.model import Attempt, Model
from phasewright.result import Reason
from phasewright.text import count_tokens, cut_to_tokens
from phasewright.tools.add_dependency import add_dependency_tool
from phasewright.tools.bash import bash_tool
from phasewright.tools.files import WorkspaceFiles, edit_file_tool, read_file_tool, write_file_tool
from phasewright.tools.search import glob_tool, grep_tool
from phasewright.tools.skill import find_skill, skill_list, skill_text, skill_tool
from phasewright.tools.tool import Tool, ToolFailed, ToolInput, ToolSet
from phasewright.tools.workbench import Workbench

_SUMMARY_TURNS = 3
"""Of the fresh conversation that sums up one that became too long."""


async def run_sub_agent(
    delegation: Delegation, job: PhaseJob, model: Model, *, observe: Observer, bench: Workbench | None = None
) -> DelegationResult:
    """Hold the delegation's conversation and return its result; an agent's failure is a result, never an exception."""
    definition = next(agent for agent in job.agents if agent.name == delegation.agent)
    attempt = model.attempts.get(job.key) or Attempt(model.budget, lambda _: None, Writers())
    clock = Clock(job.limits.agent_seconds, delegation.agent, parent=attempt.budget.clock)
    turns = min(definition.max_turns or job.limits.max_turns, job.limits.max_turns)
    budget = Budget(delegation.agent, parent=attempt.budget, turns=turns, clock=clock)
    bench = bench or make_bench(job)
    writers, n = attempt.writers, delegation.n
    await writers.begin(n, bench)
    files = WorkspaceFiles(
        bench,
        {job.plan_path: job.phase.text},
        wrote=lambda path: writers.wrote(n, path),
    )
    who = f"{definition.name}-{job.attempt}-{delegation.n}"
    tools = ToolSet(_tools(definition, job, bench, files, who, lambda: writers.command(n, bench)))
    agent = Agent(delegation, definition, job, model, observe, attempt.tell_issue)
    talk = agent.talk(definition.name, tools, budget)
    talk.say(_task(delegation, job))
    error, summary = None, ""
    try:
        async with clock.enforced():
            try:
                summary = await _report(talk, delegation, job, observe)
            except ContextFull as problem:
                error = f"{problem.reason}: {problem}; what follows was written from a cut account of it"
                summary = await _summary_of(talk, agent, budget)
    except (OutOfTime, ConversationEnded) as problem:
        error = f"{problem.reason}: {problem}" if isinstance(problem, ConversationEnded) else str(problem)
    except asyncio.CancelledError:
        talk.record_end(reason=Reason.CANCELLED)
        raise
    finally:
        files.close()
    talk.record_end(reason=error)
    changed = await writers.end(n, bench)
    return DelegationResult(
        agent=definition.name,
        status="error" if error else "done",
        summary=summary,
        files_changed=changed.own,
        files_shared=changed.shared,
        usage=budget.usage,
        turns=talk.turns,
        error=error,
    )


async def _report(talk: Talk, delegation: Delegation, job: PhaseJob, observe: Observer) -> str:
    """Return the agent's summary in at most 500 tokens; all that it wrote goes to the details log."""
    whole = clean((await converse(talk)).text).strip()
    summary = split_report(whole)
    if count_tokens(summary) > SUMMARY_TOKENS:
        talk.say(f"The summary is longer than {SUMMARY_TOKENS} tokens. Give it again, shorter, and nothing else.")
        summary = split_report(clean((await converse(talk)).text).strip()) or summary
    observe.details(f"{delegation.agent} {delegation.n}", whole or "(the agent said nothing)")
    return cut_to_tokens(summary, SUMMARY_TOKENS, f"\n[cut; all of it stands in {job.details_log}]")


async def _summary_of(talk: Talk, agent: "Agent", budget: Budget) -> str:
    """Return the summary of a conversation that became too long, asked for in a fresh one without tools."""
    own = Budget(agent.definition.name, parent=budget, turns=_SUMMARY_TURNS)
    fresh = agent.talk(f"{agent.definition.name}-summary", ToolSet([]), own)
    ask = load_prompt("summarise", agent.job.repository)
    fresh.say(f"{account(talk.messages)}\n\n{ask}\n\n{load_prompt('report', agent.job.repository)}")
    try:
        return await _report(fresh, agent.delegation, agent.job, agent.observe)
    finally:
        fresh.record_end(reason=None)


class Agent(NamedTuple):
    """What the conversations of one delegation share."""

    delegation: Delegation
    definition: AgentDefinition
    job: PhaseJob
    model: Model
    observe: Observer
    tell_issue: Callable[[str], None]

    def talk(self, name: str, tools: ToolSet, budget: Budget) -> Talk:
        """Return a conversation in which nothing is said yet."""
        return Talk(
            f"{self.job.key}/{quote(name, safe='')}/{self.delegation.n}",
            model=self.model,
            model_name=self.definition.model or self.job.model,
            system=_system(self.definition, self.job),
            tools=tools,
            budget=budget,
            observe=self.observe,
            tell_issue=self.tell_issue,
            effort=self.definition.effort,
        )


def _system(definition: AgentDefinition, job: PhaseJob) -> str:
    parts = [definition.prompt, load_prompt("sub-agent", job.repository)]
    for name in definition.skills:
        skill = find_skill(job.skills, name)
        with contextlib.suppress(ToolFailed):  # a skill that is not there any more is no reason not to work
            parts += [f"# Skill: {skill.name}\n\n{skill_text(skill)}"] if skill else []
    if job.skills and "skill" in definition.tools:
        parts.append(skill_list(job.skills))
    return "\n\n".join(parts)


def _task(delegation: Delegation, job: PhaseJob) -> str:
    parts = [
        f"You work on phase {job.phase.id}, {job.phase.name}, of the plan {job.plan_title!r}.",
        phase_slice(job),
        f"Your task:\n{delegation.task}",
    ]
    if delegation.files:
        parts.append("Files:\n" + "\n".join(f"- {path}" for path in delegation.files))
    if delegation.acceptance_criteria:
        parts.append("It is done when:\n" + "\n".join(f"- {text}" for text in delegation.acceptance_criteria))
    parts.append(load_prompt("report", job.repository))
    return "\n\n".join(parts)


def _tools(
    definition: AgentDefinition,
    job: PhaseJob,
    bench: Workbench,
    files: WorkspaceFiles,
    who: str,
    watch: Callable[[], contextlib.AbstractAsyncContextManager[None]],
) -> list[Tool]:
    every = [
        _watched(bash_tool(bench, who), watch),
        read_file_tool(files),
        write_file_tool(files),
        edit_file_tool(files),
        glob_tool(bench),
        grep_tool(bench),
        _watched(add_dependency_tool(bench, files), watch),
        skill_tool(job.skills, definition.skills),
    ]
    return [tool for tool in every if tool.name in definition.tools]


def _watched(tool: Tool, watch: Callable[[], contextlib.AbstractAsyncContextManager[None]]) -> Tool:
    """Return *tool*, each of its calls inside `watch()`."""

    async def run(asked: ToolInput) -> str:
        async with watch():
            return await tool.run(asked)

    return Tool(tool.name, tool.spec.description, tool.input_type, run)
