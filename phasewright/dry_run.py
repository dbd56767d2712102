"""What a run of a plan would do, told without doing anything."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from phasewright.checkpoint.entry import Checkpoint
from phasewright.dag import Dag, reasons_to_wait
from phasewright.forecast import Forecast
from phasewright.options import GateScope, RunOptions
from phasewright.plan import Phase, PhaseKind, PhaseState, Plan
from phasewright.toolchain.reports import STUB_LINTS


class PlannedPhase(BaseModel, frozen=True):
    """One phase of a dry run, in the order in which phases may start."""

    id: str
    name: str
    level: int
    kind: PhaseKind
    after: tuple[str, ...]
    because: str
    """Why it stands where it stands."""
    skipped: str | None
    """Why it would not be worked on; None for one that would."""
    agent: str
    model: str
    timeout_seconds: float
    retries: int
    repair_rounds: int
    tests: str
    """Which tests must be there and green."""


class DryRun(BaseModel, frozen=True):
    """The whole answer of `phasewright plan`."""

    title: str
    status: str | None
    phases: tuple[PlannedPhase, ...]
    critical_path: tuple[str, ...]
    gate: tuple[str, ...]
    """Programs that the gate runs for each phase, verbatim."""
    validation: tuple[str, ...]
    """Programs that run once at the end."""
    options: RunOptions
    forecast: Forecast | None


def dry_run(
    plan: Plan,
    dag: Dag,
    options: RunOptions,
    agents: Mapping[str, tuple[str, str | None]],
    checkpoints: Sequence[Checkpoint],
    forecast: Forecast | None,
    *,
    is_locked: bool,
    is_python: bool = False,
) -> DryRun:
    """Return what a run would do.

    Args:
        agents: phase id → (agent's name, the model that its file names).
        checkpoints: what the plan file says of earlier runs.
        is_locked: True where the repository has a Cargo.lock.
        is_python: True where pytest judges it.
    """
    done = {checkpoint.phase for checkpoint in checkpoints if checkpoint.status.is_done}
    phases = []
    for level, ids in enumerate(dag.levels(), 1):
        for phase_id in sorted(ids, key=lambda one: -dag.priority(one)):
            phase = plan.phase(phase_id)
            if phase is not None:
                phases.append(_planned(plan, phase, level, dag, options, agents[phase_id], done))
    gate, validation = _PYTEST if is_python else _commands(options, is_locked=is_locked)
    return DryRun(
        title=plan.title,
        status=plan.status,
        phases=tuple(phases),
        critical_path=dag.critical_path(),
        gate=gate,
        validation=validation,
        options=options,
        forecast=forecast,
    )


def skipped_because(plan: Plan, phase: Phase, done: set[str]) -> str | None:
    """Return why a phase would not be worked on, None when it would."""
    if plan.is_implemented:
        return "the plan is implemented"
    if phase.state == PhaseState.COMPLETE:
        return "the plan says that it is complete"
    if phase.state == PhaseState.SKIPPED:
        return "the plan says that it is skipped"
    if phase.id in done:
        return "a checkpoint says that it is done; its commit and files are checked first"
    return None


def _planned(
    plan: Plan, phase: Phase, level: int, dag: Dag, options: RunOptions, agent: tuple[str, str | None], done: set[str]
) -> PlannedPhase:
    return PlannedPhase(
        id=phase.id,
        name=phase.name,
        level=level,
        kind=phase.kind,
        after=dag.all_upstreams(phase.id),
        because="; ".join(reasons_to_wait(phase, dag)) or "it waits for nothing",
        skipped=skipped_because(plan, phase, done),
        agent=agent[0],
        model=agent[1] or options.model,
        timeout_seconds=phase.timeout_seconds or options.phase_timeout,
        retries=phase.retries if phase.retries is not None else options.retries,
        repair_rounds=phase.repair_rounds if phase.repair_rounds is not None else options.repair_rounds,
        tests=_tests(phase),
    )


def _tests(phase: Phase) -> str:
    if phase.kind == PhaseKind.DESIGN:
        return "none: a design phase must compile where it has code"
    radius = phase.blast_radius
    chosen = [command for command in radius.commands if command not in radius.refused] + list(radius.patterns)
    if chosen:
        return "what these select: " + ", ".join(chosen)
    return "all of the packages that it changes, and of those that use them"


_PYTEST = (("python -m pytest --collect-only", "python -m pytest", "ruff check", "ruff format --check"),) * 2
"""Ruff's only where the project is set up for it."""


_FORMAT = "cargo fmt --all -- --check -l"


def _commands(options: RunOptions, *, is_locked: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    locked = " --locked" if is_locked else ""
    what = "--workspace" if options.gate_scope == GateScope.WORKSPACE else "-p PACKAGE…"
    targets, end = "--lib --bins --tests --examples", f"{locked} --message-format=json"
    gate = (
        _FORMAT,
        f"RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo build {what} {targets}{end}",
        f"cargo test {what} {targets} --no-fail-fast{end}",
        f"cargo test {what} --doc --no-fail-fast{locked}",
    )
    forced = " ".join(f"--force-warn={lint}" for lint in sorted(STUB_LINTS))
    validation = (
        _FORMAT,
        f"cargo test --workspace {targets} --no-fail-fast{end}",
        f"cargo clippy --workspace {targets}{end} -- {forced}",
        f"cargo test --workspace --doc --no-fail-fast{locked}",
        f"cargo build --release --workspace{end}",
    )
    return gate, validation


def dry_run_text(planned: DryRun) -> str:
    """Return a dry run for people."""
    return "\n".join(_lines(planned)) + "\n"


def _lines(planned: DryRun) -> Iterator[str]:
    worked = [phase for phase in planned.phases if phase.skipped is None]
    yield f"{planned.title}: {len(worked)} of {len(planned.phases)} phases would be worked on"
    if planned.status:
        yield f"status: {planned.status}"
    for phase in planned.phases:
        yield ""
        yield f"{phase.level}. phase {phase.id}: {phase.name}" + (" (design)" if phase.kind == PhaseKind.DESIGN else "")
        if phase.skipped:
            yield f"   skipped: {phase.skipped}"
            continue
        yield f"   starts:  {phase.because}"
        yield f"   agent:   {phase.agent}, {phase.model}"
        retries = f"{phase.repair_rounds} repair rounds, {phase.retries} retries of infrastructure"
        yield f"   limits:  {phase.timeout_seconds:g} s an attempt, {retries}"
        yield f"   tests:   {phase.tests}"
    yield from _ending(planned)


def _ending(planned: DryRun) -> Iterator[str]:
    options = planned.options
    yield ""
    yield f"critical path: {' -> '.join(planned.critical_path)}"
    tokens = f"{options.budget_tokens:,} tokens" if options.budget_tokens is not None else "no ceiling on tokens"
    dollars = f"{options.budget_usd:g} USD" if options.budget_usd is not None else "no ceiling in dollars"
    yield f"budget: {tokens}, {dollars}; {options.max_parallel} conversations at a time"
    yield "the gate runs for each phase, in its own checkout and sandbox:"
    yield from (f"  {command}" for command in planned.gate)
    yield "and once at the end:"
    yield from (f"  {command}" for command in planned.validation)
    guess = planned.forecast
    if guess is None:
        yield "time and tokens: unknown, no phase was completed in this repository yet"
        return
    yield (
        f"time: {_minutes(guess.seconds.low)} to {_minutes(guess.seconds.high)}; tokens: {guess.tokens.low:,.0f} to "
        f"{guess.tokens.high:,.0f}; {guess.usd.low:.2f} to {guess.usd.high:.2f} USD "
        f"(from {guess.phases_seen} completed phases of this repository)"
    )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
