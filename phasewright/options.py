"""What a run may be asked to do differently. Every option of `phasewright run` is the same-named field here."""

from enum import StrEnum

from pydantic import BaseModel, Field

DEFAULT_MODEL = "claude-sonnet-5-5"


class OnFailure(StrEnum):
    """What to do when a phase ends without being complete."""

    ASK = "ask"
    RETRY = "retry"
    CONTINUE = "continue"
    STOP = "stop"


class OnDirty(StrEnum):
    """What to do with uncommitted changes of the user's."""

    ASK = "ask"
    STASH = "stash"
    COMMIT = "commit"
    SNAPSHOT = "snapshot"
    REFUSE = "refuse"


class Deliver(StrEnum):
    """Where the result goes after SUCCESS."""

    FF = "ff"
    BRANCH = "branch"
    NONE = "none"


class GateScope(StrEnum):
    """Which packages the gate builds and tests."""

    AFFECTED = "affected"
    WORKSPACE = "workspace"


class ProveRed(StrEnum):
    """What new tests that pass on hollowed code cost."""

    OFF = "off"
    ALL = "all"
    STRICT = "strict"


class RunOptions(BaseModel, frozen=True, extra="forbid"):
    """Options of one run. Defaults: design section 4, "Clocks, retries, defaults"."""

    model: str = Field(default=DEFAULT_MODEL, description="Model of orchestrators, and of sub-agents that name none.")
    max_parallel: int = Field(default=4, ge=1, le=64, description="Model conversations at a time.")
    cargo_slots: int | None = Field(default=None, ge=1, le=64, description="Gates at a time; one per 4 cores if unset.")
    phase_timeout: float = Field(default=600, gt=0, description="Seconds for one attempt's conversations.")
    agent_timeout: float = Field(default=300, gt=0, description="Seconds for one sub-agent.")
    retries: int = Field(default=2, ge=0, le=10, description="Retries of a phase after infrastructure errors.")
    repair_rounds: int = Field(default=2, ge=0, le=10, description="New attempts after a refused gate.")
    max_turns: int = Field(default=40, ge=1, le=1000, description="Model queries a conversation may make.")
    budget_usd: float | None = Field(default=None, ge=0, description="Dollars the run may spend. Unset: no ceiling.")
    budget_tokens: int | None = Field(default=None, ge=0, description="Tokens the run may use. Unset: no ceiling.")
    on_failure: OnFailure | None = Field(
        default=None,
        description="What to do when a phase ends without being complete. Unset: ask in a terminal, else continue.",
    )
    on_dirty: OnDirty | None = Field(
        default=None, description="What to do with uncommitted changes. Unset: ask in a terminal, else refuse."
    )
    deliver: Deliver | None = Field(
        default=None,
        description="Where the result goes after success. Unset: ff (HEAD moves) when the tree is clean, else branch.",
    )
    fresh: bool = Field(default=False, description="Start anew at HEAD instead of continuing an unfinished run.")
    gate_scope: GateScope = Field(default=GateScope.AFFECTED, description="Packages that the gate tests.")
    prove_red: ProveRed = Field(default=ProveRed.ALL, description="When new tests that prove nothing are an error.")
    gate_build_seconds: float = Field(default=900, gt=0, description="Deadline of the gate's whole build.")
    gate_test_seconds: float = Field(default=300, gt=0, description="Deadline of one test binary.")
    gate_doc_seconds: float = Field(default=300, gt=0, description="Deadline of the doc tests.")
    wait_for_quota: bool = Field(default=False, description="Pause the run when a quota window says to come back.")
    model_tries: int = Field(default=6, ge=1, le=100, description="Requests of one turn when the service fails.")
    model_retry_seconds: float = Field(default=0.5, gt=0, description="First pause between them; it doubles.")
    model_silence_seconds: float = Field(default=60, gt=0, description="A reply silent for so long is cut.")
