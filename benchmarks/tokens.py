"""How many input tokens of a phase are read from the cache, by the scripted server's own prefix accounting.

    .venv/bin/python benchmarks/tokens.py [TURNS]

One phase: an orchestrator and two sub-agents, TURNS turns each (30 if not given), every turn with a tool call. The
server reports cache fields as the API does: exact prefixes up to a breakpoint, a minimum length, 20 blocks back.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phasewright.agent.definition import AgentDefinition
from phasewright.agent.delegation import Delegation, DelegationResult
from phasewright.agent.job import JobLimits, PhaseJob
from phasewright.agent.observe import NobodyWatches
from phasewright.agent.orchestrator import orchestrate
from phasewright.agent.sub_agent import run_sub_agent
from phasewright.model import Model
from phasewright.plan import Phase
from phasewright.process import Finished, run
from phasewright.result import PhaseClaim, Usage
from phasewright.scripted import Conversation, Step, start
from phasewright.tools.workbench import CheckKind

FILE_LINES = 60


class Bench:
    """A folder with one file to read; no sandbox, for nothing of an agent's runs here."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder
        self.outputs = folder
        self.base = "HEAD"

    async def run(self, argv: Sequence[str], *, timeout_seconds: float, **_: Any) -> Finished:
        """Run a program in the folder."""
        return await run(argv, cwd=self.workspace, env={"PATH": os.environ["PATH"]}, deadline_seconds=timeout_seconds)

    async def check(self, kind: CheckKind, *, timeout_seconds: float) -> str:
        """Check nothing."""
        return f"{kind}: nothing to do in {timeout_seconds:.0f} s"

    async def fetch(self, manifest: str) -> None:
        """Fetch nothing."""


def session(turns: int) -> Any:
    """Return a handler: every turn reads a part of the file, the orchestrator's first one delegates twice."""

    def answer(conversation: Conversation, turn: int, _: dict[str, Any]) -> Step:
        if turn == turns:
            claim = PhaseClaim(summary="done") if conversation.n is None else None
            return Step(claim=claim) if claim else Step(text="### Summary\nDone.\n### Details\nNone.")
        if conversation.n is None and turn == 1:
            calls = [{"delegate": {"agent": "rust-developer", "task": f"Do part {n}."}} for n in (1, 2)]
        else:
            calls = [{"read_file": {"path": "lib.rs", "offset": turn, "limit": FILE_LINES}}]
        return Step.model_validate({"thinking": "Let me look. " * 20, "calls": calls})

    return answer


async def measure(turns: int) -> dict[str, Usage]:
    """Return usage by conversation."""
    with tempfile.TemporaryDirectory() as name, start(session(turns)) as server:
        folder = Path(name)
        (folder / "lib.rs").write_text("".join(f"pub fn function_{n}() -> usize {{ {n} }}\n" for n in range(200)))
        model = Model.connect(environment={"ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": server.url})
        bench = Bench(folder)
        job = _job(folder, turns)
        usages: dict[str, Usage] = {}

        async def delegate(delegation: Delegation) -> DelegationResult:
            result = await run_sub_agent(delegation, job, model, observe=NobodyWatches(), bench=bench)
            usages[f"{delegation.agent} {delegation.n}"] = result.usage
            return result

        end = await orchestrate(job, model, delegate=delegate, observe=NobodyWatches(), bench=bench)
        await model.close()
        delegated = sum((usage.usd for usage in usages.values()), 0.0)
        rest = {field: getattr(end.usage, field) - sum(getattr(u, field) for u in usages.values()) for field in _COUNTS}
        usages["orchestrator"] = Usage(**rest, usd=round(end.usage.usd - delegated, 6))
        return usages | {"phase": end.usage}


_COUNTS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


def cache_share(usage: Usage) -> float:
    """Return the part of all input tokens that was read from the cache."""
    read = usage.cache_read_input_tokens
    return read / max(1, read + usage.input_tokens + usage.cache_creation_input_tokens)


def _job(folder: Path, turns: int) -> PhaseJob:
    return PhaseJob(
        run="benchmark",
        plan_title="Benchmark",
        plan_path="plan.md",
        phase=Phase(id="1", name="Tokens", line=1, text="## Phase 1: Tokens\n\n" + "Read the functions. " * 50),
        base="HEAD",
        workspace=folder,
        target=folder,
        outputs=folder,
        repository=folder,
        git_dir=folder,
        limits=JobLimits(max_turns=turns + 1, phase_seconds=300, agent_seconds=300),
        agents=(AgentDefinition(name="rust-developer", prompt="You write Rust. " * 100),),
    )


def main() -> None:
    """Print one line a conversation and one for the phase."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    began = time.monotonic()
    usages = asyncio.run(measure(turns))
    print(f"{'conversation':20}{'input':>10}{'written':>10}{'read':>12}{'output':>10}{'cached':>9}{'dollars':>10}")
    for name, usage in usages.items():
        print(
            f"{name:20}{usage.input_tokens:10}{usage.cache_creation_input_tokens:10}{usage.cache_read_input_tokens:12}"
            f"{usage.output_tokens:10}{cache_share(usage):9.1%}{usage.usd:10.4f}"
        )
    print(f"3 conversations of {turns} turns in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
