"""The options that `run` and `resume` share, as they are given on a command line: what is not given is None."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from cyclopts import Group, Parameter

from phasewright.options import Deliver, GateScope, OnDirty, OnFailure, ProveRed, RunOptions

_AGENTS = Group("Agents", sort_key=2)
_LIMITS = Group("Limits", sort_key=3)
_GATE = Group("Gate", sort_key=4)
_PEOPLE = Group("What happens to the result", sort_key=1)


def _option(name: str, group: Group) -> Parameter:
    """Return how *name* is shown: RunOptions says what it means and what holds without it."""
    field = RunOptions.model_fields[name]
    default = getattr(field.default, "value", field.default)
    shown = "" if default is None or default is False else f" [default: {default}]"
    return Parameter(help=f"{field.description}{shown}", group=group, show_default=False)


@Parameter(name="*")
@dataclass(frozen=True)
class Given:
    """Options of a run; each is the same-named field of RunOptions."""

    on_failure: Annotated[OnFailure | None, _option("on_failure", _PEOPLE)] = None
    on_dirty: Annotated[OnDirty | None, _option("on_dirty", _PEOPLE)] = None
    deliver: Annotated[Deliver | None, _option("deliver", _PEOPLE)] = None
    model: Annotated[str | None, _option("model", _AGENTS)] = None
    max_parallel: Annotated[int | None, _option("max_parallel", _AGENTS)] = None
    repair_rounds: Annotated[int | None, _option("repair_rounds", _AGENTS)] = None
    retries: Annotated[int | None, _option("retries", _AGENTS)] = None
    budget_usd: Annotated[float | None, _option("budget_usd", _LIMITS)] = None
    budget_tokens: Annotated[int | None, _option("budget_tokens", _LIMITS)] = None
    max_turns: Annotated[int | None, _option("max_turns", _LIMITS)] = None
    phase_timeout: Annotated[float | None, _option("phase_timeout", _LIMITS)] = None
    agent_timeout: Annotated[float | None, _option("agent_timeout", _LIMITS)] = None
    wait_for_quota: Annotated[bool | None, _option("wait_for_quota", _LIMITS)] = None
    model_tries: Annotated[int | None, _option("model_tries", _LIMITS)] = None
    model_retry_seconds: Annotated[float | None, _option("model_retry_seconds", _LIMITS)] = None
    model_silence_seconds: Annotated[float | None, _option("model_silence_seconds", _LIMITS)] = None
    gate_scope: Annotated[GateScope | None, _option("gate_scope", _GATE)] = None
    prove_red: Annotated[ProveRed | None, _option("prove_red", _GATE)] = None
    cargo_slots: Annotated[int | None, _option("cargo_slots", _GATE)] = None
    gate_build_seconds: Annotated[float | None, _option("gate_build_seconds", _GATE)] = None
    gate_test_seconds: Annotated[float | None, _option("gate_test_seconds", _GATE)] = None
    gate_doc_seconds: Annotated[float | None, _option("gate_doc_seconds", _GATE)] = None

    def options(self) -> dict[str, Any]:
        """Return what was given."""
        return {name: value for name, value in asdict(self).items() if value is not None}


NOTHING = Given()
