"""Which run a task belongs to: found from inside it, never handed over."""

from contextvars import ContextVar, Token

from tasks.run import Run

_current: ContextVar[Run | None] = ContextVar("phasewright_run", default=None)


def current_run() -> Run:
    """Return the run that this task belongs to."""
    run = _current.get()
    assert run is not None, "no run is open here"
    return run


def open_here() -> Run | None:
    """Return the run that was opened before the flow began; None where the flow must open it."""
    return _current.get()


def enter(run: Run) -> "Token[Run | None]":
    """Make *run* the one that `current_run` finds, here and in everything that starts from here."""
    return _current.set(run)


def leave(before: "Token[Run | None]") -> None:
    """Undo `enter`: what runs next in here, such as the next plan of a night, opens its own run."""
    _current.reset(before)
