"""The content key of a phase: the same key means the same work, so a landed phase is not done again.

Counted: the phase's text and what the parser took from elsewhere in the plan, its upstreams' keys, agent and prompt
files, the model, and the options that change what the gate accepts. Not counted: position, marks that say how far
the work is (heading, checkboxes, status line), the run, the base tree, and how much time or money may be spent.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from phasewright.options import RunOptions
from phasewright.plan import Phase

CHECKPOINT_VERSION = 1
"""Raised when what a landed phase means changes: every checkpoint of before is void then."""

COUNTED_PHASE_FIELDS = frozenset(
    {
        "id",
        "name",
        "kind",
        "owner",
        "blast_radius",
        "files",
        "crate_dependencies",
        "deliverables",
        "acceptance_criteria",
        "goal",
        "tests_to_change",
        "text",
    }
)
IGNORED_PHASE_FIELDS = frozenset(
    {
        "line",
        "last_line",
        "lines",
        "remark",
        "state",
        "depends_on",
        "runs_after",
        "files_as_written",
        "timeout_seconds",
        "retries",
        "repair_rounds",
    }
)
"""`depends_on`, `runs_after`: the upstreams' keys say more. `files_as_written`: `files` are counted."""

COUNTED_OPTIONS = frozenset({"model", "gate_scope", "prove_red"})
IGNORED_OPTIONS = frozenset(
    {
        "max_parallel",
        "cargo_slots",
        "phase_timeout",
        "agent_timeout",
        "retries",
        "repair_rounds",
        "max_turns",
        "budget_usd",
        "budget_tokens",
        "on_failure",
        "on_dirty",
        "deliver",
        "fresh",
        "gate_build_seconds",
        "gate_test_seconds",
        "gate_doc_seconds",
        "wait_for_quota",
        "model_tries",
        "model_retry_seconds",
        "model_silence_seconds",
    }
)

_POSITIONS_AND_MARKS = {"line", "checked", "check"}
_CHECKBOX = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)\[[ xX]\]", re.MULTILINE)
_STATUS_LINE = re.compile(r"^[ \t]*(?:[-*+>][ \t]+)?\*\*Status:?\*\*:?.*$", re.MULTILINE | re.IGNORECASE)
_OURS = re.compile(
    r"^## (?:Execution Checkpoints|Implementation Summary)[ \t]*$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL
)


def phase_key(
    *,
    phase: Phase,
    upstream_keys: Sequence[str],
    agent_files: Mapping[str, bytes],
    prompts_digest: str,
    options: RunOptions,
) -> str:
    """Return the key of *phase*: "phase-" and 64 hexadecimal digits, good as a file name.

    Args:
        agent_files: every agent file that the phase may use, by agent name.
        prompts_digest: one digest of all prompt texts.
    """
    counted = {
        "version": CHECKPOINT_VERSION,
        "phase": _phase_content(phase),
        "upstreams": sorted(set(upstream_keys)),
        "agents": {name: hashlib.sha256(content).hexdigest() for name, content in agent_files.items()},
        "prompts": prompts_digest,
        "options": options.model_dump(mode="json", include=set(COUNTED_OPTIONS)),
    }
    text = json.dumps(counted, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"phase-{hashlib.sha256(text.encode()).hexdigest()}"


def _phase_content(phase: Phase) -> Any:
    content = phase.model_dump(mode="json", include=set(COUNTED_PHASE_FIELDS))
    return _without_positions(content | {"text": _work_text(phase.text)})


def _work_text(text: str) -> str:
    """Return the phase's text without what only says how far the work is."""
    heading, _, rest = text.replace("\r\n", "\n").partition("\n")
    body = rest if heading.lstrip().startswith("#") else text
    body = _STATUS_LINE.sub("", _CHECKBOX.sub(r"\1[ ]", _OURS.sub("", body)))
    return "\n".join(line.rstrip() for line in body.splitlines() if line.strip())


def _without_positions(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_positions(part) for name, part in value.items() if name not in _POSITIONS_AND_MARKS}
    return [_without_positions(part) for part in value] if isinstance(value, list) else value
