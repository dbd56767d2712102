"""One attempt at a phase: a conversation that delegates, looks, and ends with a claim."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from phasewright.agent.bench import make_bench
from phasewright.agent.claim import claim_schema, parse_claim
from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import PhaseJob
from phasewright.agent.ledger import Ledger, running_state
from phasewright.agent.loop import converse
from phasewright.agent.observe import Observer
from phasewright.agent.prompts import load_prompt
from phasewright.agent.slice import phase_slice
from phasewright.agent.talk import Talk
from phasewright.agent.writers import Writers
from phasewright.budget import Budget
from phasewright.clock import Clock, OutOfTime
from phasewright.errors import ConversationEnded
from phasewright.model import Attempt, Model
from phasewright.result import PhaseClaim, Reason, Usage
from phasewright.tools.check import check_tool, diff_stat_tool
from phasewright.tools.delegate import DelegateInput, delegate_tool
from phasewright.tools.files import WorkspaceFiles, read_file_tool
from phasewright.tools.search import glob_tool, grep_tool
from phasewright.tools.tool import ToolFailed, ToolSet
from phasewright.tools.workbench import Workbench

Delegate = Callable[[Delegation], Awaitable[DelegationResult]]


class OrchestratorEnd(BaseModel, frozen=True):
    """How an orchestrator's conversation ended, when it ended by itself."""

    claim: PhaseClaim | None
    """None: two last turns could not be read as a claim; `note` says why."""
    turns: int
    usage: Usage
    """The whole attempt's, delegations included."""
    note: str | None = None


async def orchestrate(
    job: PhaseJob, model: Model, *, delegate: Delegate, observe: Observer, bench: Workbench | None = None
) -> OrchestratorEnd:
    """Hold the attempt's conversation to its end and return the claim it ends with.

    Args:
        delegate: runs one delegation; several may be awaited at once.

    Raises:
        ConversationEnded: any other end; reason `timeout` when the phase's time is up. Carries usage and turns.
    """
    bench = bench or make_bench(job)
    clock = Clock(job.limits.phase_seconds, f"phase {job.phase.id}")
    phase_budget = Budget(f"phase {job.phase.id}", parent=model.budget, clock=clock)
    own_budget = Budget("the orchestrator", parent=phase_budget, turns=job.limits.max_turns)
    ledger = Ledger(job, observe)
    attempt = model.attempts[job.key] = Attempt(phase_budget, ledger.issue, Writers())
    files = WorkspaceFiles(bench, {job.plan_path: job.phase.text})
    tools = _tools(job, model, delegate, ledger, bench, files)
    talk = _open(job, model, own_budget, observe, tools, attempt.tell_issue)
    try:
        ledger.phase_begins()
        async with clock.enforced():
            claim, note = await _to_a_claim(talk)
        ledger.phase_ends("the orchestrator has ended" if claim else f"ended without a claim: {note}")
        talk.record_end(reason=None, note=note)
        return OrchestratorEnd(claim=claim, note=note, turns=talk.turns, usage=phase_budget.usage)
    except OutOfTime as error:
        raise _ended(Reason.TIMEOUT, str(error), talk, ledger, phase_budget) from error
    except ConversationEnded as error:
        raise _ended(error.reason, str(error), talk, ledger, phase_budget) from error
    except asyncio.CancelledError:
        talk.record_end(reason=Reason.CANCELLED)
        raise
    finally:
        files.close()
        model.attempts.pop(job.key, None)


def _ended(reason: Reason, message: str, talk: Talk, ledger: Ledger, budget: Budget) -> ConversationEnded:
    ledger.phase_ends(f"the orchestrator's conversation ended: {reason}", issue=message)
    talk.record_end(reason=reason, note=message)
    return ConversationEnded(reason, message, usage=budget.usage, turns=talk.turns)


async def _to_a_claim(talk: Talk) -> tuple[PhaseClaim | None, str | None]:
    """Return the claim; when the last turn is none, ask once more and return why where that fails too."""
    claim = parse_claim((await converse(talk)).text)
    if isinstance(claim, str):
        talk.say(f"That is not the claim as JSON in the given schema: {claim[:1000]}\nEnd with the claim alone.")
        claim = parse_claim((await converse(talk)).text)
    return (None, f"the last turn is no claim: {claim[:500]}") if isinstance(claim, str) else (claim, None)


def _open(
    job: PhaseJob,
    model: Model,
    budget: Budget,
    observe: Observer,
    tools: ToolSet,
    tell_issue: Callable[[str], None],
) -> Talk:
    agents = "\n".join(f"- {agent.name}: {agent.description or 'no description'}" for agent in job.agents)
    talk = Talk(
        f"{job.key}/orchestrator",
        model=model,
        model_name=job.model,
        system=f"{load_prompt(f'orchestrator-{job.phase.kind}', job.repository)}\n\nAgents:\n{agents}",
        tools=tools,
        budget=budget,
        observe=observe,
        output_schema=claim_schema(),
        tell_issue=tell_issue,
        cache_ttl="1h",  # minutes pass while sub-agents work
    )
    talk.say(f"{running_state(job)}\n\n{phase_slice(job)}\n\nBegin.")
    return talk


def _tools(
    job: PhaseJob, model: Model, delegate: Delegate, ledger: Ledger, bench: Workbench, files: WorkspaceFiles
) -> ToolSet:
    numbers = itertools.count(1)
    places = asyncio.Semaphore(model.max_parallel)

    async def run(asked: DelegateInput) -> str:
        delegation = _delegation(job, asked, next(numbers))
        async with places:
            ledger.began(delegation)
            result = await delegate(delegation)
            ledger.ended(delegation, result)
        if result.status == "error":
            raise ToolFailed(result.report())
        return result.report()

    return ToolSet(
        [
            delegate_tool(run),
            read_file_tool(files),
            glob_tool(bench),
            grep_tool(bench),
            diff_stat_tool(bench),
            check_tool(bench),
        ]
    )


def _delegation(job: PhaseJob, asked: DelegateInput, n: int) -> Delegation:
    name = find_agent(job, asked.agent)
    if name is None:
        raise ToolFailed(f"no agent {asked.agent!r}; there are: {', '.join(a.name for a in job.agents)}")
    if not asked.task.strip():
        raise ToolFailed("the task is empty; the agent sees nothing but the task")
    return Delegation(
        n=n,
        agent=name,
        task=asked.task,
        files=tuple(asked.files),
        acceptance_criteria=tuple(asked.acceptance_criteria),
    )


def find_agent(job: PhaseJob, name: str) -> str | None:
    """Return the agent's name as defined, ignoring case, backticks, and spaces against hyphens."""
    wanted = name.strip(" `").casefold().replace(" ", "-").replace("_", "-")
    return next((a.name for a in job.agents if a.name.casefold().replace(" ", "-") == wanted), None)
