"""Short plans of one design phase, for tests of what stands around a run: their gate builds little."""

from pathlib import Path
from typing import Any

from support_example import session

from phasewright.scripted import ScriptedConversation

READY = "Reviewed - Ready for Implementation"


def one_phase_plan(crate: Path, path: str, phase: str) -> None:
    """Write a ready plan of one design phase, which promises `docs/design/phase-<id>.md`."""
    (crate / path).write_text(
        f"# Plan of phase {phase}\n\n**Created:** 2026-01-10\n**Status:** {READY}\n\n## Phases\n\n"
        f"### Phase {phase}: Design what phase {phase} decides\n\n"
        "**Principal Owner:** Schema Architect\n\n**Goal:** Decide it before anybody writes code\n\n"
        "**Dependencies:** None\n\n**Repair rounds:** 0\n\n"
        "**Blast Radius:** `cargo test` (full suite - no code changes)\n\n"
        f"**Files to create:**\n\n- `docs/design/phase-{phase}.md` - What was decided\n",
        encoding="utf-8",
    )


def delegates(phase: str, attempt: str = "*") -> ScriptedConversation:
    """Return an orchestrator that hands the phase on and claims that it is done."""
    hands_on = {"calls": [{"delegate": {"agent": "schema-architect", "task": "Write the decision."}}]}
    return told(phase, attempt, "orchestrator", hands_on, {"claim": {"summary": "Everything is decided."}})


def writes(phase: str, attempt: str = "*", *, more: str = "") -> ScriptedConversation:
    """Return a sub-agent that writes the promised document, and *more* at its end."""
    wrote = {"calls": [{"write_file": {"path": f"docs/design/phase-{phase}.md", "content": document() + more}}]}
    return told(phase, attempt, "schema-architect", wrote, {"text": "Wrote it."})


def only_claims(phase: str, attempt: str) -> ScriptedConversation:
    """Return an orchestrator that claims everything and had nothing done."""
    return told(phase, attempt, "orchestrator", {"claim": {"summary": "Everything is decided."}})


def runs(phase: str, attempt: str, command: str) -> ScriptedConversation:
    """Return a sub-agent that runs a command."""
    ran = {"calls": [{"bash": {"command": command}}]}
    return told(phase, attempt, "schema-architect", ran, {"text": "Ran it."})


def told(phase: str, attempt: str, agent: str, *steps: dict[str, Any]) -> ScriptedConversation:
    """Return a conversation of these steps."""
    return ScriptedConversation.model_validate(
        {"phase": phase, "attempt": attempt, "agent": agent, "steps": list(steps)}
    )


def document() -> str:
    """Return a design document that the gate takes for one: the example's."""
    calls = [call for told in session().conversations for step in told.steps for call in step.calls]
    return str(next(call.input["content"] for call in calls if call.tool == "write_file"))
