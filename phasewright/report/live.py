"""A run as it goes, on standard error: a live table of phases in a terminal, one line an event elsewhere."""

import time
from collections.abc import Sequence
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from phasewright.dag import Dag
from phasewright.plan import Phase
from phasewright.record.events import Event
from phasewright.record.sentence import sentence

STYLES = {
    "COMPLETE": "green",
    "SKIPPED": "dim",
    "PARTIAL": "yellow",
    "BLOCKED": "red",
    "FAILED": "red",
    "TIMEOUT": "red",
    "CANCELLED": "yellow",
}
_QUIET = frozenset({"spent"})
"""Events too many to tell; only their figures are shown."""


class Screen(Protocol):
    """Shows a run's events until it is closed."""

    def show(self, event: Event) -> None:
        """Show one event."""

    def pause(self) -> None:
        """Leave the screen to a question until `resume`."""

    def resume(self) -> None:
        """Take the screen back."""

    def close(self) -> None:
        """Leave the screen as it is."""


def open_screen(phases: Sequence[Phase], dag: Dag, console: Console, *, live: bool) -> Screen:
    """Return the screen that fits *console*: a table in a terminal where *live* is wanted, lines elsewhere."""
    return LiveTable(phases, dag, console) if live and console.is_terminal else Lines(console)


class Lines:
    """One line an event."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, event: Event) -> None:
        """Print the event, unless it is one of the many small ones."""
        if event.kind not in _QUIET:
            where = f"phase {event.phase} · " if event.phase else ""
            self._console.print(Text(f"{event.at.astimezone():%H:%M:%S}  {where}{sentence(event)}"), soft_wrap=True)

    def pause(self) -> None:
        """Lines leave room for questions as they are."""

    def resume(self) -> None:
        """Nothing was taken away."""

    def close(self) -> None:
        """Leave nothing open."""


def waiting(phase: Phase, dag: Dag) -> str:
    """Return which phases *phase* waits for; and why, where the plan names no dependency."""
    shared = {earlier: path for earlier, later, path in dag.ordered_by_files if later == phase.id}
    named = []
    for upstream in dag.all_upstreams(phase.id):
        if upstream in phase.depends_on:
            named.append(upstream)
        elif upstream in shared:
            named.append(f"{upstream} (it changes {shared[upstream]} too)")
        else:
            named.append(f"{upstream} (it stands before)")
    return "waiting" + (f" for {', '.join(named)}" if named else "")


class _Row:
    def __init__(self, phase: Phase, step: str) -> None:
        self.phase = phase
        self.status = ""
        self.step = step
        self.attempt = 0
        self.started: float | None = None
        self.seconds = 0.0
        self.usd = 0.0
        self.tokens = 0

    def take(self, event: Event) -> None:
        facts = event.facts
        self.step = self.step if event.kind in _QUIET else sentence(event)
        self.attempt = facts.get("attempt", self.attempt)
        self.usd = max(self.usd, facts.get("usd", 0.0))  # a continued phase's result counts only this time's
        self.tokens = max(self.tokens, facts.get("tokens", 0))
        if event.kind == "phase-started":
            self.started, self.status = time.monotonic(), ""
        if event.kind == "phase-ended":
            self.status = str(facts["status"])
        if self.started is not None:
            self.seconds = time.monotonic() - self.started


class LiveTable:
    """The table of phases, drawn again as events come; refused candidates stay visible above it."""

    def __init__(self, phases: Sequence[Phase], dag: Dag, console: Console) -> None:
        self._rows = {p.id: _Row(p, waiting(p, dag)) for p in phases}
        self._line = ""
        self._spinner = Spinner("dots")
        self._live = Live(self, console=console, refresh_per_second=8, transient=False)
        self._live.start()

    def show(self, event: Event) -> None:
        """Take the event into its row; what a person should not miss is printed above the table."""
        if event.phase in self._rows:
            self._rows[event.phase].take(event)
        else:
            self._line = sentence(event)
        if event.kind in {"verdict", "landed", "warning"}:
            where = f"phase {event.phase} · " if event.phase else ""
            self._live.console.print(Text(f"{event.at.astimezone():%H:%M:%S}  {where}{sentence(event)}"))

    def pause(self) -> None:
        """Take the table away; events that come meanwhile are in it when it is back."""
        self._live.stop()

    def resume(self) -> None:
        """Draw the table again."""
        self._live.start(refresh=True)

    def close(self) -> None:
        """Draw the table a last time and leave it."""
        self._line = ""
        self._live.stop()

    def __rich__(self) -> Group:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for name in ("phase", "name", "status", "step", "attempt", "time", "tokens", "usd"):
            table.add_column(name, overflow="ellipsis", no_wrap=True)
        for row in self._rows.values():
            running = row.started is not None and not row.status
            seconds = time.monotonic() - row.started if running and row.started else row.seconds
            status: Text | Spinner = self._spinner if running else Text(row.status, style=STYLES.get(row.status, ""))
            table.add_row(
                row.phase.id,
                row.phase.name,
                status,
                Text(row.step),
                str(row.attempt or ""),
                f"{seconds:.0f} s" if row.started is not None else "",
                f"{row.tokens:,}" if row.tokens else "",
                f"{row.usd:.3f}" if row.usd else "",
            )
        return Group(table, Text(self._line, style="dim"))
