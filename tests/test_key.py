"""The content key: the same work has the same key, and every field is considered."""

import re

import pytest

from phasewright.checkpoint import key as key_module
from phasewright.checkpoint.key import phase_key
from phasewright.options import RunOptions
from phasewright.plan import Criterion, FileChanges, Phase, PhaseKind, PhaseState

PHASE = Phase(
    id="7a",
    name="Parser",
    line=12,
    text="### Phase 7a: Parser\n\n**Owner:** Rust Developer\n\n- [ ] it parses\n",
    acceptance_criteria=(Criterion(text="it parses", line=16),),
)


def key(phase: Phase = PHASE, **changes: object) -> str:
    given: dict[str, object] = {
        "upstream_keys": ["phase-1", "phase-2"],
        "agent_files": {"rust-developer": b"be good"},
        "prompts_digest": "p1",
        "options": RunOptions(),
    }
    return phase_key(phase=phase, **(given | changes))  # type: ignore[arg-type]


def test_it_is_a_file_name() -> None:
    assert re.fullmatch(r"phase-[0-9a-f]{64}", key())


@pytest.mark.parametrize(
    "changes",
    [
        {"upstream_keys": ["phase-1"]},
        {"agent_files": {"rust-developer": b"be better"}},
        {"agent_files": {"rust-expert": b"be good"}},
        {"prompts_digest": "p2"},
        {"options": RunOptions(model="another")},
        {"options": RunOptions(prove_red="strict")},  # type: ignore[arg-type]
        {"options": RunOptions(gate_scope="workspace")},  # type: ignore[arg-type]
    ],
)
def test_what_changes_the_work_changes_the_key(changes: dict[str, object]) -> None:
    assert key() != key(**changes)


@pytest.mark.parametrize(
    "phase",
    [
        {"id": "7b"},
        {"text": PHASE.text + "And errors too.\n"},
        {"files": FileChanges(create=("src/parser.rs",))},
        {"kind": PhaseKind.DESIGN},
        {"tests_to_change": ("old_test",)},
    ],
)
def test_what_the_phase_asks_for_changes_the_key(phase: dict[str, object]) -> None:
    assert key() != key(PHASE.model_copy(update=phase))


@pytest.mark.parametrize(
    "phase",
    [
        {"line": 99},
        {"acceptance_criteria": (Criterion(text="it parses", line=99, checked=True),)},
        {"state": PhaseState.COMPLETE},
        {"timeout_seconds": 5.0},
        {"text": PHASE.text.replace("[ ]", "[x]")},
        {"text": PHASE.text.replace("Parser\n", "Parser ✅ COMPLETE\n", 1)},
        {"text": PHASE.text.replace("\n\n**Owner", "\n\n**Status:** ✅ done\n\n**Owner")},
        {"text": PHASE.text.replace("\n", "\r\n")},
        {"text": PHASE.text + "\n## Execution Checkpoints\n\n```yaml\n- phase_1:\n    status: complete\n```\n"},
    ],
)
def test_progress_and_position_do_not_change_the_key(phase: dict[str, object]) -> None:
    assert key() == key(PHASE.model_copy(update=phase))


def test_neither_time_nor_money_nor_order_changes_the_key() -> None:
    spent = RunOptions(max_turns=7, phase_timeout=5, budget_usd=1, max_parallel=1, fresh=True)

    assert key() == key(options=spent, upstream_keys=["phase-2", "phase-1"])


def test_every_field_of_a_phase_is_considered() -> None:
    assert set(Phase.model_fields) == key_module.COUNTED_PHASE_FIELDS | key_module.IGNORED_PHASE_FIELDS
    assert not key_module.COUNTED_PHASE_FIELDS & key_module.IGNORED_PHASE_FIELDS


def test_every_option_is_considered() -> None:
    assert set(RunOptions.model_fields) == key_module.COUNTED_OPTIONS | key_module.IGNORED_OPTIONS
    assert not key_module.COUNTED_OPTIONS & key_module.IGNORED_OPTIONS
