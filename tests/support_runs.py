"""Whole runs through the command line: a tiny crate, a plan, agents that do what a table says."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from support_cli import environment, phasewright, start_phasewright
from support_crates import TINY, Files, new_repository

from phasewright.result import PhaseClaim
from phasewright.scripted import Call, Conversation, Fault, ScriptedServer, Step

PLAN = ".ai/plans/2026-02-03.tiny.md"

Work = Callable[[Conversation], Sequence[tuple[str, str]]]
"""Conversation of a sub-agent → the files that it writes, as (path, content)."""


class Told(NamedTuple):
    """A phase of a plan, in few words."""

    id: str
    creates: tuple[str, ...]
    depends_on: tuple[str, ...] = ()
    extra: str = ""


def plan_text(*phases: Told, status: str = "Reviewed - Ready for Implementation") -> str:
    """Return a plan in the form of bold fields."""
    return f"# Tiny\n\n**Status:** {status}\n\n## Plan\n\n" + "\n\n".join(_phase_text(p) for p in phases) + "\n"


def _phase_text(phase: Told) -> str:
    depends = ", ".join(f"Phase {d}" for d in phase.depends_on) or "None"
    files = "\n".join(f"- `{path}`" for path in phase.creates)
    return (
        f"### Phase {phase.id}: Make part {phase.id}\n\n**Principal Owner:** General Purpose\n\n"
        f"**Goal:** Part {phase.id}.\n\n**Dependencies:** {depends}\n{phase.extra}\n"
        f"**Files to create:**\n\n{files}\n\n**Acceptance Criteria:**\n\n- [ ] It is there"
    )


def integration_test(number: int) -> str:
    """Return an integration test that can fail, formatted."""
    return f"#[test]\nfn adds_{number}() {{\n    assert_eq!(tiny::add({number}, 1), {number + 1});\n}}\n"


def agents(work: Work) -> Callable[[Conversation, int, dict[str, Any]], Step]:
    """Return a handler: every orchestrator delegates once and claims; every sub-agent writes what *work* says."""

    def answer(conversation: Conversation, turn: int, body: dict[str, Any]) -> Step:
        del body
        if conversation.agent == "orchestrator":
            if turn == 1:
                return Step(calls=(Call(tool="delegate", input={"agent": "general-purpose", "task": "write it"}),))
            return Step(claim=PhaseClaim(summary=f"phase {conversation.phase} is done"))
        files = work(conversation)
        if turn == 1 and files:
            return Step(calls=tuple(Call(tool="write_file", input={"path": p, "content": c}) for p, c in files))
        return Step(text="Wrote it.")

    return answer


def hanging(step: Step) -> Step:
    """Return a step that never comes to its end."""
    return step.model_copy(update={"fault": Fault(kind="hang", at="start", seconds=600)})


class Scene:
    """A repository with a plan, a scripted service, and the command line."""

    def __init__(self, root: Path, plan: str, server: ScriptedServer, files: Files = TINY) -> None:
        self.repo = root / "repo"
        self.server = server
        new_repository(self.repo, files)
        self.plan = self.repo / PLAN
        self.plan.parent.mkdir(parents=True)
        self.plan.write_text(plan, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "plan")

    def git(self, *args: str) -> str:
        """Return what git prints."""
        argv = ["git", "-c", "user.name=T", "-c", "user.email=t@example.invalid", *args]
        return subprocess.run(argv, cwd=self.repo, check=True, capture_output=True, text=True, timeout=30).stdout

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of the command line."""
        return environment(ANTHROPIC_BASE_URL=self.server.url, ANTHROPIC_API_KEY="any", **more)

    def run(self, *options: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run the plan to its end."""
        return phasewright("run", PLAN, *options, cwd=self.repo, env=self.env(**more), timeout_seconds=240)

    def call(self, *argv: str) -> "subprocess.CompletedProcess[str]":
        """Run another command in the repository."""
        return phasewright(*argv, cwd=self.repo, env=self.env(), timeout_seconds=240)

    def start(self, *options: str) -> "subprocess.Popen[str]":
        """Start running the plan."""
        return start_phasewright("run", PLAN, *options, cwd=self.repo, env=self.env())

    def report(self, *options: str) -> dict[str, Any]:
        """Run the plan and return its JSON report."""
        done = self.run("--json", *options)
        assert done.stdout, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        report["exit"] = done.returncode
        return report

    def asked(self, phase: str) -> int:
        """Return how many requests the phase's conversations have made."""
        counts = Counter[str]()
        for name, count in self.server.counts.items():
            counts[name.split("/")[1]] += count
        return counts[phase]


def statuses(report: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Return phase id → (status, reason)."""
    return {p["id"]: (p["status"], p["reason"]) for p in report["phases"]}
