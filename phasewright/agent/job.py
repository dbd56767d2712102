"""One attempt at a phase, as its orchestrator and its sub-agents need to know it."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel

from phasewright.agent.definition import GENERAL_PURPOSE, AgentDefinition, SkillDefinition
from phasewright.options import DEFAULT_MODEL
from phasewright.plan import Phase
from phasewright.sandbox import Sandbox
from phasewright.toolchain.quick import QuickStep


class JobLimits(BaseModel, frozen=True):
    """What an attempt may take. Waiting for a slot, a quota or a person is not counted."""

    max_turns: int = 40
    """Model queries of one conversation, each sub-agent by itself."""
    phase_seconds: float = 600
    """The orchestrator's conversation with all its delegations."""
    agent_seconds: float = 300
    """One sub-agent."""


class PhaseJob(BaseModel, frozen=True):
    """All that an attempt's conversations are made of."""

    run: str
    plan_title: str
    plan_path: str
    """As agents may name it: relative to the repository's root."""
    phase: Phase
    attempt: int = 1
    upstream_notes: str = ""
    """What earlier phases noted for this one."""
    waited_for: tuple[str, ...] = ()
    """Why the phase started after others, one sentence a cause; empty when it waited for none."""
    findings_digest: str | None = None
    """Why the last attempt was refused, or the conflict that it met; None in the first attempt."""
    model: str = DEFAULT_MODEL
    limits: JobLimits = JobLimits()
    base: str
    """The commit that the workspace began at."""
    workspace: Path
    target: Path
    """The phase's own cargo target folder."""
    outputs: Path
    """A folder of ours for outputs too long to show; agents cannot reach it."""
    repository: Path
    """The user's working tree: prompts and skills are read there, never in the workspace."""
    git_dir: Path
    view: Sandbox | None = None
    """What the agents' programs see of the machine; None: nothing beyond the system's own."""
    quick: Mapping[str, QuickStep] = {}
    """Commands of the quick checks, by kind."""
    agents: tuple[AgentDefinition, ...] = (GENERAL_PURPOSE,)
    """All agents that may be delegated to; the phase's owner first."""
    skills: tuple[SkillDefinition, ...] = ()
    details_log: str = "the phase's details log"
    """Where whole reports go, as people may name it."""

    @property
    def key(self) -> str:
        """`<run>/<phase>/<attempt>`: how every conversation of this attempt begins."""
        return f"{self.run}/{quote(self.phase.id, safe='')}/{self.attempt}"

    @property
    def owner(self) -> AgentDefinition:
        """The agent that the phase's owner stands for."""
        return self.agents[0]
