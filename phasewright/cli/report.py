"""`phasewright report`: what happened in a run, and what it cost."""

import asyncio
from pathlib import Path

from phasewright.cli.printing import print_json, print_markdown, say
from phasewright.errors import UsageError
from phasewright.git.repository import find_repository
from phasewright.record.places import REPORT_JSON, REPORT_TEXT, Places
from phasewright.record.run_record import RunRecord, load_record, newest_record
from phasewright.record.transcript import Transcripts
from phasewright.report.costs import cost_tables, costs_markdown
from phasewright.result import RunReport


def report(run: str | None = None, /, *, repo: Path = Path(), html: Path | None = None, json: bool = False) -> int:
    """Show what happened in a run: phases, files, tests, and costs by phase, agent and model.

    Parameters
    ----------
    run
        The run's id; without it, the newest run of the repository.
    repo
        The git repository.
    html
        Write one self-contained HTML file with everything: timeline, claims against verdicts, evidence, diffs.
    json
        Print one JSON object.
    """
    repository = asyncio.run(find_repository(repo.absolute()))
    places = Places.of_repository(repository.name)
    record = load_record(places, run) if run else newest_record(places)
    if record is None:
        raise UsageError(f"no run of {repository.root} yet; start one with: phasewright run PLAN")
    if html is not None:
        from phasewright.report.dossier import gather
        from phasewright.report.html import render_html

        _write(html, render_html(asyncio.run(gather(repository, places, record))))
    elif json:
        print_json(_as_json(record, places))
    else:
        _print(record, places)
    return 0


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as problem:
        raise UsageError(f"cannot write {str(file)!r}: {problem.strerror}") from problem
    say(f"wrote {file}")


def _print(record: RunRecord, places: Places) -> None:
    file = places.run(record.run) / REPORT_TEXT
    if file.exists():
        text = file.read_text(encoding="utf-8")
    else:
        text = f"Run {record.run} of `{record.plan}` has not come to its end; `phasewright status` shows where it is.\n"
    costs = Transcripts(places.transcripts(record.run)).costs()
    print_markdown(f"{text}\n{costs_markdown(costs).replace('### Cost', '### Cost by phase, agent and model')}")


def _as_json(record: RunRecord, places: Places) -> dict[str, object]:
    """Return the report and the costs as one object; `report` is null before the run's end."""
    file = places.run(record.run) / REPORT_JSON
    costs = Transcripts(places.transcripts(record.run)).costs()
    made = RunReport.model_validate_json(file.read_text(encoding="utf-8")) if file.exists() else None
    return {
        "run": record.run,
        "report": made and made.model_dump(mode="json"),
        "costs": {table.by: [row.model_dump(mode="json") for row in table.rows] for table in cost_tables(costs)},
    }
