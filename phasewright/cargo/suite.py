"""List and run test executables by identity, with libtest's own JSON. A report that does not add up is no report."""

import asyncio
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from phasewright.cargo.bench import CargoBench
from phasewright.cargo.build import RecordedRun, TestBuild
from phasewright.cargo.messages import TestBinary
from phasewright.process import Finished
from phasewright.together import every
from phasewright.toolchain.bench import JSON_BYTES
from phasewright.toolchain.outcomes import FAILED, IGNORED, LOST, NOT_RUN, OK, Identity, TestOutcomes

_JSON = ["--format", "json", "-Z", "unstable-options"]
_OUTPUT_CHARS = 1500


Listing = list[dict[str, object]] | None
"""What an executable says that it holds; None: it does not speak libtest."""


async def list_suite(bench: CargoBench, build: TestBuild, *, deadline_seconds: float) -> dict[str, Listing]:
    """Return what every test executable of *build* says that it holds, before any test has run.

    Several are asked at once; tests run one executable after the other, as under cargo.

    Args:
        deadline_seconds: one executable's.
    """
    seats = asyncio.Semaphore(os.cpu_count() or 1)

    async def list_one(binary: TestBinary, recorded: RecordedRun) -> Listing:
        async with seats:
            done = await _call(bench, binary, recorded, ["--list"], deadline_seconds)
        events = _events(done.text)
        whole = done.exit_code == 0 and any(e.get("type") == "suite" and e.get("event") == "completed" for e in events)
        return [e for e in events if e.get("event") == "discovered"] if whole else None

    binaries = build.to_run()
    listings = await every([list_one(*one) for one in binaries])
    return {binary.executable: listing for (binary, _), listing in zip(binaries, listings, strict=True)}


async def run_suite(
    bench: CargoBench,
    build: TestBuild,
    listings: Mapping[str, Listing],
    *,
    deadline_seconds: float,
    only: Sequence[str] | None = None,
) -> TestOutcomes:
    """Return what every test executable of *build* reports; it must add up with what the list promised.

    Args:
        deadline_seconds: one executable's.
        only: identities; executables that hold none of them are not run. None: everything.
    """
    total = TestOutcomes(broken=tuple(f"{Path(x).name}: built and run do not agree" for x in build.unmatched()))
    wanted = None if only is None else [Identity.read(test) for test in only]
    for binary, recorded in build.to_run():
        names = None
        if wanted is not None:
            owner = (binary.package, binary.kind, binary.target)
            names = [one.test for one in wanted if (one.package, one.kind, one.target) == owner]
            if not names:
                continue
        listed = listings.get(binary.executable)
        if listed is None:
            total = total.merged(await _run_foreign(bench, binary, recorded, deadline_seconds))
            continue
        if names is not None and {str(event["name"]) for event in listed} <= set(names):
            names = None  # a command line has an end
        promised = listed if names is None else [event for event in listed if event["name"] in names]
        done = await _call(bench, binary, recorded, [] if names is None else [*names, "--exact"], deadline_seconds)
        said = _events(done.text)
        total = total.merged(
            read_report(binary, promised, said, done.exit_code, done.timed_out, bench.root, bench.checkout)
        )
    return total


async def _call(
    bench: CargoBench, binary: TestBinary, recorded: RecordedRun, words: Sequence[str], deadline_seconds: float
) -> Finished:
    return await bench.execute(
        [binary.executable, *words, *_JSON],
        deadline_seconds=deadline_seconds,
        cwd=Path(recorded.cwd),
        # RUSTC_BOOTSTRAP only here, never at build: it would let nightly features compile on stable.
        env=recorded.env | {"RUSTC_BOOTSTRAP": "1"},
        split=True,
        keep_bytes=JSON_BYTES,
        builds=False,
    )


def read_report(
    binary: TestBinary,
    listed: list[dict[str, object]],
    events: list[dict[str, object]],
    exit_code: int | None,
    timed_out: bool,
    root: Path,
    checkout: Path,
) -> TestOutcomes:
    """Return what one executable's run says, with every contradiction in it. Pure."""
    outcome, failures, broken, last = _read_events(events)
    counts = [sum(1 for value in outcome.values() if value == word) for word in (OK, FAILED, IGNORED)]
    adds_up = last is not None and [last.get("passed"), last.get("failed"), last.get("ignored")] == counts
    unhappy = counts[1] + sum(1 for value in outcome.values() if value == LOST)
    name = f"{binary.package}/{binary.kind}/{binary.target}"
    if not timed_out and (not adds_up or exit_code not in (0, 101) or (exit_code == 0) != (unhappy == 0)):
        lost = ", ".join(sorted(test for test, value in outcome.items() if value == LOST)[:3])
        what = "its summary is wrong" if last else "its summary is missing"
        broken.append(
            f"{name}: ended with {exit_code}, {what}" + (f"; started and never ended: {lost}" if lost else "")
        )

    def identity(test: object) -> str:
        return str(Identity(binary.package, binary.kind, binary.target, str(test)))

    promised = {str(e["name"]): e for e in listed}
    broken += [f"{name}: {test} ran but was not listed" for test in outcome if test not in promised]
    lost_tests = [identity(test) for test, value in outcome.items() if value == LOST]
    return TestOutcomes(
        outcomes={identity(test): outcome.get(test, NOT_RUN) for test in promised},
        places={identity(test): _place(event, root, checkout) for test, event in promised.items()},
        failures={identity(test): text for test, text in failures.items()},
        broken=tuple(broken),
        hung=tuple(lost_tests or [name]) if timed_out else (),
    )


def _read_events(
    events: list[dict[str, object]],
) -> tuple[dict[str, str], dict[str, str], list[str], dict[str, object] | None]:
    outcome: dict[str, str] = {}
    failures: dict[str, str] = {}
    broken: list[str] = []
    last: dict[str, object] | None = None
    for event in events:
        name, kind = str(event.get("name")), event.get("event")
        if event.get("type") == "test" and kind == "started":
            outcome.setdefault(name, LOST)
        elif event.get("type") == "test" and kind in (OK, FAILED, IGNORED):
            if kind != IGNORED and outcome.get(name) != LOST:
                broken.append(f"{name}: reported twice, or without a start")
            outcome[name] = str(kind)
            if kind == FAILED:
                failures[name] = str(event.get("stdout") or event.get("message") or "")[-_OUTPUT_CHARS:]
        elif event.get("type") == "suite" and kind in (OK, FAILED):
            last = event
    return outcome, failures, broken, last


async def _run_foreign(
    bench: CargoBench, binary: TestBinary, recorded: RecordedRun, deadline_seconds: float
) -> TestOutcomes:
    """Run an executable without libtest: one pseudo-test, by its exit code."""
    ran = await bench.execute(
        [binary.executable],
        deadline_seconds=deadline_seconds,
        cwd=Path(recorded.cwd),
        env=recorded.env | {"RUSTC_BOOTSTRAP": "1"},
        builds=False,
    )
    name = f"{binary.package}/{binary.kind}/{binary.target}"
    identity = str(Identity(binary.package, binary.kind, binary.target, "(whole executable)"))
    return TestOutcomes(
        outcomes={identity: OK if ran.exit_code == 0 else FAILED},
        failures={} if ran.exit_code == 0 else {identity: ran.text[-_OUTPUT_CHARS:]},
        foreign=(name,),
        hung=(name,) if ran.timed_out else (),
    )


def _events(text: str) -> list[dict[str, object]]:
    events = []
    for line in text.splitlines():
        # A test may write to the real standard output, without a line end: then its text stands before the event.
        start = re.search(r'\{ ?"type"', line)
        if start:
            try:
                row = json.loads(line[start.start() :])
            except ValueError:
                continue
            if isinstance(row, dict):
                events.append(row)
    return events


def _place(event: dict[str, object], root: Path, checkout: Path) -> str:
    """Return "path:line" from the checkout's root; rustc writes paths from the workspace's root."""
    path = root / str(event.get("source_path") or "")
    shown = path.relative_to(checkout) if path.is_relative_to(checkout) else path
    return f"{shown}:{event.get('start_line')}"
