"""A pytest plugin: says what is collected, and what becomes of each test, line by line on the real standard output.

Runs in the project's interpreter, so it imports nothing of ours. Each line begins with a word that only the caller
knows; a test that prints what looks like a report does not know it.
"""

import json
import os
import sys
from typing import Any

_WORD = os.environ.pop("PHASEWRIGHT_REPORT_WORD", "")
_OUT = os.dup(1)  # before pytest captures
# Only now: what lies there may be called like a module of pytest's or Python's own.
_JUDGED = os.environ.pop("PHASEWRIGHT_JUDGED", "")
sys.path[:0] = _JUDGED.split(os.pathsep)
os.environ["PYTHONPATH"] = _JUDGED
_TEXT_CHARACTERS = 1500


def _say(**event: Any) -> None:
    line = _WORD + json.dumps(event) + "\n"
    os.write(_OUT, ("\n" + line).encode("utf-8", "backslashreplace"))


def pytest_collection_finish(session: Any) -> None:
    for item in session.items:
        path, line, _ = item.location
        _say(event="collected", id=item.nodeid, path=path, line=(line or 0) + 1)


def pytest_collectreport(report: Any) -> None:
    if report.failed:
        _say(event="collect-error", id=report.nodeid, text=str(report.longrepr)[-_TEXT_CHARACTERS:])


def pytest_runtest_logstart(nodeid: str) -> None:
    _say(event="start", id=nodeid)


def pytest_runtest_logreport(report: Any) -> None:
    expected = hasattr(report, "wasxfail")
    text = "" if report.outcome != "failed" else str(report.longrepr)[-_TEXT_CHARACTERS:]
    _say(event="phase", id=report.nodeid, when=report.when, outcome=report.outcome, expected=expected, text=text)


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    _say(event="end", exit=int(exitstatus), collected=session.testscollected, failed=session.testsfailed)
    sys.stdout.flush()
