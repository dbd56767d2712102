"""What the plugin's lines say. A report that does not add up is no report. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from phasewright.toolchain.outcomes import FAILED, IGNORED, LOST, NOT_RUN, OK, Identity, TestOutcomes

_OUTCOMES = {"passed": OK, "failed": FAILED, "skipped": IGNORED}
_NO_TESTS = 5
Event = dict[str, Any]


class Listed(NamedTuple):
    """One test as it was collected."""

    identity: str
    node: str
    place: str


def read_events(text: str, word: str) -> list[Event]:
    """Return the events in *text* that begin with the caller's *word*."""
    events = []
    for line in text.splitlines():
        if line.startswith(word):
            try:
                row = json.loads(line.removeprefix(word))
            except ValueError:
                continue
            if isinstance(row, dict):
                events.append(row)
    return events


def identity_of(package: str, node: str) -> str:
    """Return the identity of the test with this node id."""
    path, _, test = node.partition("::")
    return str(Identity(package, "test", path, test or "(collection)"))


def read_listing(package: str, prefix: str, events: Iterable[Event]) -> list[Listed]:
    """Return the collected tests; a file that cannot be imported is one test, which fails when run."""
    found = {}
    for event in events:
        if event["event"] == "collected":
            place = f"{prefix}{event['path']}:{event['line']}"
            found[event["id"]] = Listed(identity_of(package, event["id"]), event["id"], place)
        elif event["event"] == "collect-error":
            node = str(event["id"]) or "."
            found[node] = Listed(identity_of(package, node), node, f"{prefix}{node.partition('::')[0]}:1")
    return list(found.values())


def read_run(
    package: str, listed: Sequence[Listed], events: Sequence[Event], exit_code: int | None, *, timed_out: bool
) -> TestOutcomes:
    """Return what became of the *listed* tests, with every contradiction."""
    outcome: dict[str, str] = {}
    failures: dict[str, str] = {}
    end: Event | None = None
    for event in events:
        identity = identity_of(package, str(event.get("id") or "."))
        if event["event"] == "start":
            outcome.setdefault(identity, LOST)
        elif event["event"] == "collect-error":
            outcome[identity], failures[identity] = FAILED, event["text"]
        elif event["event"] == "phase":
            outcome[identity] = _worse(outcome.get(identity, LOST), event)
            if event["outcome"] == "failed":
                failures[identity] = event["text"]
        elif event["event"] == "end":
            end = event
    broken = [] if timed_out else _contradictions(package, outcome, end, exit_code)
    known = {one.identity for one in listed}
    broken += [f"{package}: {test} ran but was not collected before" for test in outcome if test not in known]
    lost = [test for test, value in outcome.items() if value == LOST]
    return TestOutcomes(
        outcomes={one.identity: outcome.get(one.identity, NOT_RUN) for one in listed},
        places={one.identity: one.place for one in listed},
        failures=failures,
        broken=tuple(broken),
        hung=tuple(lost or [package]) if timed_out else (),
    )


def _worse(now: str, event: Event) -> str:
    """Return the outcome after one more of setup, call and teardown."""
    said = _OUTCOMES.get(str(event["outcome"]), FAILED)
    if event.get("expected") and said != FAILED:
        said = IGNORED  # expected to fail: it proves nothing, whether it failed or not
    if FAILED in (now, said):
        return FAILED
    if IGNORED in (now, said):
        return IGNORED
    # Passing counts once all three parts have passed: a process that dies in between has lost the test.
    return OK if event["when"] == "teardown" else LOST


def _contradictions(package: str, outcome: dict[str, str], end: Event | None, exit_code: int | None) -> list[str]:
    unhappy = sum(1 for value in outcome.values() if value in (FAILED, LOST))
    if end is None:
        return [f"{package}: ended with {exit_code}, its summary is missing"]
    if end["exit"] != exit_code:
        return [f"{package}: ended with {exit_code}, its summary says {end['exit']}"]
    if exit_code == _NO_TESTS and not outcome:
        return []
    if exit_code not in (0, 1, 2) or (exit_code == 0) != (unhappy == 0):
        return [f"{package}: ended with {exit_code} and {unhappy} failures"]
    return []
