"""What every task of a run shares. Tasks get ids as arguments and find the rest here.

Live objects (the model's client, slots, locks) are never task arguments: Prefect hashes and shows arguments.
"""

import asyncio
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from parsers.agent_book import load_book
from phasewright.agent.job import PhaseJob
from phasewright.agent.observe import Observer
from phasewright.agent.prompts import prompts_digest
from phasewright.asker import Asker
from phasewright.checkpoint.key import phase_key
from phasewright.dag import build_dag
from phasewright.gate.facts import GateSettings
from phasewright.gate.slot import GatePlace
from phasewright.gate.validation import Validation
from phasewright.git.history import resolve
from phasewright.git.lock import PlanLock
from phasewright.git.repository import Repository
from phasewright.options import Deliver, RunOptions
from phasewright.plan import Phase, PhaseState, Plan
from phasewright.preflight import Ready
from phasewright.record.events import Story
from phasewright.record.execution_log import design_log, details_log, execution_log
from phasewright.record.places import Places
from phasewright.record.run_record import RunRecord, all_records, save_record
from phasewright.report.run_report import run_status
from phasewright.result import PhaseResult, PhaseStatus, RunStatus
from phasewright.schedule import Slots


class AtWork(NamedTuple):
    """An attempt whose conversations go on."""

    job: PhaseJob
    observer: Observer


class Run:
    """One run of one plan, while this process works on it."""

    def __init__(
        self, *, plan: Plan, plan_path: Path, repository: Repository, places: Places, record: RunRecord, lock: PlanLock
    ) -> None:
        self.plan = plan
        self.plan_path = plan_path
        self.repository = repository
        self.places = places
        self.record = record
        self.lock = lock
        self.dag = build_dag(plan)
        self.book = load_book(repository.root)
        """Agent files and skills, read once before the run."""
        self._prompts = prompts_digest(repository.root)
        self.story = Story(places.run(record.run) / "events.jsonl")
        self.results: dict[str, PhaseResult] = {}
        self.at_work: dict[str, AtWork] = {}
        """By phase id."""
        self.gate_slots = Slots(self.options.cargo_slots or max(1, (os.cpu_count() or 1) // 4))
        self.landing = asyncio.Lock()
        self.preflight: asyncio.Task[Ready] | None = None
        self.is_stopping = False
        """True once no further phase may start (`--on-failure stop`)."""
        self.warnings: list[str] = []
        self.asker: Asker | None = None
        """Asks a person; None where nobody is there."""
        self.asking = asyncio.Lock()
        self.showing = asyncio.Lock()
        """Held while an artifact that replaces an earlier one is made."""
        self.progress_bar: UUID | None = None
        """The artifact that shows how far the run is."""
        self._retried: set[str] = set()

    @property
    def id(self) -> str:
        """The run's id."""
        return self.record.run

    @property
    def options(self) -> RunOptions:
        """The options that hold for this run."""
        return self.record.options

    @property
    def ready(self) -> Ready:
        """What pre-flight found; only tasks behind pre-flight may ask."""
        assert self.preflight is not None, "asked before pre-flight"
        return self.preflight.result()

    @property
    def gate_place(self) -> GatePlace:
        """The gate's private folders."""
        return GatePlace(folder=self.places.gates, baselines=self.places.baselines)

    @property
    def gate_settings(self) -> GateSettings:
        """The gate's part of the options."""
        return GateSettings.from_options(self.options)

    def phase(self, phase_id: str) -> Phase:
        """Return a phase of the plan; ids that reach a task are always the plan's."""
        found = self.plan.phase(phase_id)
        assert found is not None, phase_id
        return found

    def timeout_of(self, phase: Phase) -> float:
        """Return the seconds that one attempt's conversations may take."""
        return phase.timeout_seconds or self.options.phase_timeout

    def repair_rounds_of(self, phase: Phase) -> int:
        """Return how many new attempts a refused gate allows."""
        return self.options.repair_rounds if phase.repair_rounds is None else phase.repair_rounds

    def retries_of(self, phase: Phase) -> int:
        """Return how often Prefect may try again after infrastructure errors."""
        return self.options.retries if phase.retries is None else phase.retries

    def workspace(self, phase: Phase) -> Path:
        """Return where the phase's agents work."""
        return self.places.workspace(self.id, phase.id)

    @property
    def logs(self) -> Path:
        """Where logs for people lie in the repository."""
        return self.repository.root / ".ai" / "logs"

    @property
    def day(self) -> date:
        """The run's first day, local time: log files are named with it."""
        return self.record.started_at.astimezone().date()

    @property
    def execution_log(self) -> Path:
        """The day's execution log."""
        return execution_log(self.logs, self.day)

    @property
    def log_section(self) -> str:
        """The name of this run's section in the execution log."""
        return f"{self.plan.slug} · {self.id}"

    def details_log(self, phase: Phase) -> Path:
        """A phase's details log."""
        return details_log(self.logs, self.day, self.plan.slug, phase.id)

    def log_files(self) -> list[Path]:
        """Return the run's logs that are there."""
        design = [design_log(self.logs, self.day, self.plan.slug, p.id) for p in self.plan.phases]
        every = [self.execution_log, *(self.details_log(p) for p in self.plan.phases), *design]
        return [path for path in every if path.exists()]

    @property
    def plan_name(self) -> str:
        """The plan's path as agents and people may name it: from the repository's root where it lies inside."""
        root = self.repository.root
        return str(self.plan_path.relative_to(root) if self.plan_path.is_relative_to(root) else self.plan_path)

    def notes_for(self, phase: Phase) -> str:
        """Return what the phase's upstreams noted for later phases; never a transcript."""
        done = [self.results[u] for u in self.dag.all_upstreams(phase.id) if u in self.results]
        notes = [(r.id, r.claim.notes_for_next_phase.strip()) for r in done if r.claim]
        return "\n".join(f"Phase {phase_id}: {text}" for phase_id, text in notes if text)

    def results_in_order(self) -> list[PhaseResult]:
        """Return the results so far, in the plan's order."""
        return [self.results[p.id] for p in self.plan.phases if p.id in self.results]

    def next_attempt(self, phase: Phase) -> int:
        """Return the number of a new attempt and remember it, so that no conversation's name is used twice."""
        counter = self.places.run(self.id) / f"attempts-{phase.id}"
        attempt = int(counter.read_text()) + 1 if counter.exists() else 1
        counter.write_text(str(attempt))
        return attempt

    def key(self, phase: Phase) -> str:
        """Return the phase's checkpoint key. Not computed in Prefect's policy, where an exception is swallowed."""
        owner = self.book.for_owner(phase.owner)[0]
        return phase_key(
            phase=phase,
            upstream_keys=[self.key(self.phase(u)) for u in self.dag.all_upstreams(phase.id)],
            agent_files={owner.name: owner.model_dump_json(exclude={"path"}).encode()},
            prompts_digest=self._prompts,
            options=self.options,
        )

    def passed(self, validation: Validation | None) -> bool:
        """Return True when nothing speaks against the tip: validated and green, or nothing landed to validate."""
        return not self.has_landed() if validation is None else validation.passed

    def succeeded(self, validation: Validation | None) -> bool:
        """Return True when the run is a SUCCESS."""
        return run_status(self.results.values(), self.passed(validation)) == RunStatus.SUCCESS

    def skipped_upstreams(self, phase: Phase) -> list[str]:
        """Return the upstreams that a heading or a person skipped: the phase starts behind them, with a warning."""
        return [u for u in self.dag.all_upstreams(phase.id) if self._was_skipped(u)]

    def _was_skipped(self, upstream: str) -> bool:
        result = self.results.get(upstream)
        is_done = self.phase(upstream).state == PhaseState.COMPLETE
        return result is not None and result.status == PhaseStatus.SKIPPED and not is_done

    def unreached(self, phase: Phase) -> list[str]:
        """Return the upstreams that keep this phase from starting."""
        return [u for u in self.dag.all_upstreams(phase.id) if not self._allows(u)]

    def _allows(self, upstream: str) -> bool:
        result = self.results.get(upstream)
        return result is not None and result.status in (PhaseStatus.COMPLETE, PhaseStatus.SKIPPED)

    def in_order(self) -> list[Phase]:
        """Return the phases so that each comes after its upstreams, the most urgent of a level first."""
        levels = self.dag.levels()
        return [self.phase(i) for level in levels for i in sorted(level, key=self.dag.priority, reverse=True)]

    def has_landed(self) -> bool:
        """Return True when there is something to validate."""
        return any(r.status == PhaseStatus.COMPLETE for r in self.results.values())

    def first_retry(self, phase_id: str) -> bool:
        """Return True once a phase: without a person, "retry" must end."""
        is_first = phase_id not in self._retried
        self._retried.add(phase_id)
        return is_first

    def warn(self, text: str) -> None:
        """Tell a warning now and in the report."""
        self.warnings.append(text)
        self.story.tell("warning", text=f"warning: {text}")

    def warn_once(self, text: str) -> None:
        """Tell a warning that may come up again and again."""
        if text not in self.warnings:
            self.warn(text)

    async def tip(self) -> str:
        """Return the commit at which the run's branch is."""
        return await resolve(self.repository, f"refs/heads/{self.record.branch}")

    def expected_changes(self) -> list[str]:
        """Return what we write in the user's tree: pre-flight and delivery do not call that dirty."""
        return expected_changes(self.repository, self.plan_path, self.places)

    def delivery(self) -> Deliver:
        """Return where the result goes."""
        return self.options.deliver or Deliver.FF

    def note(self, **changes: object) -> None:
        """Write changed facts into the run's record."""
        self.record = self.record.model_copy(update=changes)
        save_record(self.places, self.record)

    def end(self, status: RunStatus | None) -> None:
        """Write how the run ended (None: stopped) and let others run the plan."""
        self.note(status=status, ended_at=datetime.now(UTC))

    async def close(self) -> None:
        """Release what the run holds."""
        if self.preflight is not None:
            if not self.preflight.done():
                self.preflight.cancel()
            ready = (await asyncio.gather(self.preflight, return_exceptions=True))[0]
            if isinstance(ready, Ready):
                await ready.model.close()
        if self.record.ended_at is None:
            self.note(ended_at=datetime.now(UTC))
        self.lock.release()


def expected_changes(repository: Repository, plan: Path, places: Places) -> list[str]:
    """Return the paths that we write in the user's tree: the logs, the plan file, and those of earlier runs."""
    plans = {plan, *(Path(record.plan) for record in all_records(places))}
    inside = sorted(str(p.relative_to(repository.root)) for p in plans if p.is_relative_to(repository.root))
    return [*inside, ".ai/logs/"]
