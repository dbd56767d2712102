"""What the commands print: answers on standard output, the story on standard error."""

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from phasewright.plan import PhaseState, Plan
from phasewright.record.places import REPORT_JSON, REPORT_TEXT
from phasewright.record.run_record import RunRecord
from phasewright.result import RunReport


def say(text: str) -> None:
    """Tell the person something that is not the answer."""
    print(f"phasewright: {text}", file=sys.stderr)


def print_json(value: object) -> None:
    """Print one JSON object."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def print_markdown(text: str) -> None:
    """Print markdown: drawn in a terminal, as it is elsewhere."""
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(Markdown(text))
    else:
        print(text, end="" if text.endswith("\n") else "\n")


def print_report(report: RunReport, text: str, *, as_json: bool) -> None:
    """Print a run's report: as one JSON object, or as people read it."""
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        print_markdown(text)


def print_finished(record: RunRecord, folder: Path, *, as_json: bool) -> None:
    """Say that a run has nothing left to do; its report is the answer."""
    say(f"run {record.run} has ended in {record.status}; nothing is left to do")
    report = folder / (REPORT_JSON if as_json else REPORT_TEXT)
    if report.exists():
        text = report.read_text(encoding="utf-8")
        print(text) if as_json else print_markdown(text)


def print_implemented(plan: Plan, *, as_json: bool) -> None:
    """Say that there is nothing to do, and why each phase is skipped."""
    why = f"the plan's status is {plan.status!r}"
    phases = [
        {"id": p.id, "name": p.name, "skipped": why if p.state == PhaseState.PENDING else f"its heading says {p.state}"}
        for p in plan.phases
    ]
    if as_json:
        print_json({"plan": plan.title, "status": "SUCCESS", "implemented": True, "phases": phases})
        return
    print(f"{plan.title}: already implemented; nothing is run and the model is asked nothing")
    for phase in phases:
        print(f"  phase {phase['id']}: {phase['name']}: skipped, {phase['skipped']}")
