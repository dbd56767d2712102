"""What the demo says around the run: the plan before it, claims against verdicts and where to look after it."""

import textwrap
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from phasewright.dag import build_dag
from phasewright.plan import Plan
from phasewright.record.events import Event
from phasewright.record.run_record import RunRecord
from phasewright.sandbox.without import why_without


def print_plan(plan: Plan, root: Path) -> None:
    """Print the phases and what runs side by side."""
    print(f"{plan.title}\na crate and its plan, in a new git repository: {root}\n")
    for phase in plan.phases:
        after = f"after {' and '.join(phase.depends_on)}" if phase.depends_on else "at once"
        print(f"  phase {phase.id}  {phase.name:<28}  {phase.owner or '':<16}  {phase.kind:<14}  {after}")
    for level in build_dag(plan).levels():
        if len(level) > 1:
            print(f"\n  phases {' and '.join(level)} do not wait for each other: they run side by side")
    why = why_without()
    print(f"\nThe agents are a script; worktrees, {'' if why else 'sandbox, '}cargo, gate, git and Prefect are real.")
    if why:
        print(f"NO SANDBOX on this machine: {why}")
        print("The demo alone goes on without one, for it runs only what comes with phasewright; `run` refuses.")
    print("Next: pre-flight, and a Prefect server of your own, whose very first start takes a while.\n", flush=True)


def print_claims_and_verdicts(events: Path) -> None:
    """Print, for every attempt, what its agents claimed and what the gate found."""
    read = _read(events)
    print("\nWhat the agents claimed, and what the gate found\n")
    for attempt in _attempts(read):
        print(f"  phase {attempt.phase}, attempt {attempt.number}")
        for label, text in (("claim", attempt.claim), *(("gate", verdict) for verdict in attempt.verdicts)):
            print(textwrap.fill(text, 110, initial_indent=f"    {label:<6}", subsequent_indent=" " * 10))
    for first, second, seconds in _side_by_side(read):
        print(f"\n  phases {first} and {second} worked side by side for {seconds:.0f} s")


def print_where_to_look(record: RunRecord, root: Path, folder: Path) -> None:
    """Print the places where a person finds all of it. Nothing of it is removed."""
    plan = Path(record.plan).relative_to(root)
    places = [
        (f"git log --stat {record.branch}", "branch: one verified commit a phase"),
        (plan, "plan: status, checkpoints, summary"),
        (".ai/logs/", "logs: the order of execution, each phase's details"),
        (folder / "evidence", "what each verdict rests on"),
        ("phasewright ui", f"the run in Prefect's interface, which was at {record.ui_url} while it went on"),
        (f"phasewright run {plan}", "says what is done, and asks no model"),
    ]
    print(f"\nWhere to look (all of it stays)\n\n  cd {root}\n")
    for place, what in places:
        print(f"  {place}\n      {what}")


class _Attempt(NamedTuple):
    phase: str
    number: int
    claim: str
    verdicts: tuple[str, ...]
    """The candidate's; where the branch had moved meanwhile, also that of the merged tree."""

    def with_verdict(self, text: str) -> "_Attempt":
        return self._replace(verdicts=(*self.verdicts, text))


def _read(events: Path) -> list[Event]:
    if not events.exists():
        return []
    return [Event.model_validate_json(line) for line in events.read_text(encoding="utf-8").splitlines()]


def _attempts(events: list[Event]) -> list[_Attempt]:
    """Return the attempts, phase by phase."""
    attempts: dict[str, list[_Attempt]] = defaultdict(list)
    for event in events:
        if event.phase is None:
            continue
        if event.kind == "attempt-started":
            attempts[event.phase].append(_Attempt(event.phase, int(event.facts["attempt"]), "none", ()))
        elif attempts[event.phase]:
            attempts[event.phase][-1] = _grown(attempts[event.phase][-1], event)
    return [attempt for phase in sorted(attempts) for attempt in attempts[phase]]


def _grown(attempt: _Attempt, event: Event) -> _Attempt:
    """Return *attempt* with what *event* says of it."""
    match event.kind:
        case "claimed":
            return attempt._replace(claim=" ".join(str(event.facts["summary"]).split()))
        case "verdict":
            text = _verdict(event)
            return attempt.with_verdict(f"{text}, on the merged tree too" if attempt.verdicts else text)
        case "landed":
            return attempt.with_verdict(f"landed as {str(event.facts['commit'])[:10]}")
    return attempt


def _verdict(event: Event) -> str:
    codes = ", ".join(dict.fromkeys(map(str, event.facts.get("codes", []))))
    message = " ".join(str(event.facts.get("message", "")).split())
    return f"{event.facts['status']}" + (f" ({codes})" if codes else "") + (f": {message}" if message else "")


def _side_by_side(events: list[Event]) -> list[tuple[str, str, float]]:
    """Return (phase, phase, seconds) for phases that worked at the same time."""
    begun = {event.phase: event.at for event in events if event.phase and event.kind == "phase-started"}
    ended = {event.phase: event.at for event in events if event.phase and event.kind == "phase-ended"}
    both = sorted(set(begun) & set(ended))
    pairs = [(a, b) for index, a in enumerate(both) for b in both[index + 1 :]]
    shared = [(a, b, (min(ended[a], ended[b]) - max(begun[a], begun[b])).total_seconds()) for a, b in pairs]
    return [(a, b, seconds) for a, b, seconds in shared if seconds >= 1]
