"""List and run test executables by identity, with libtest's own JSON. A report that does not add up is no report."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from phasewright.cargo.bench import JSON_BYTES, Bench
from phasewright.cargo.build import RecordedRun, TestBuild
from phasewright.cargo.messages import TestBinary
from phasewright.process import Finished

_JSON = ["--format", "json", "-Z", "unstable-options"]
_OUTPUT_CHARS = 1500
OK, FAILED, IGNORED, LOST, NOT_RUN, FLAKY = "ok", "failed", "ignored", "lost", "not-run", "flaky"
COMPILED = "compiled"
"""A doc test that is compiled and not run (`no_run`)."""
PASSED = frozenset({OK, FLAKY, COMPILED})
QUIET = PASSED | {IGNORED}
"""Outcomes that are no failure."""


class Identity(NamedTuple):
    """Which test it is. Counts are worthless: hiding a test keeps every exit code."""

    package: str
    kind: str
    """lib, bin, test, example, bench, proc-macro, doc"""
    target: str
    """Name of the target; for doc tests the file."""
    test: str

    def __str__(self) -> str:
        return f"{self.package}/{self.kind}/{self.target}::{self.test}"

    @classmethod
    def read(cls, text: str) -> "Identity":
        """Return the identity that `str()` gave as *text*."""
        package, kind, rest = text.split("/", 2)
        target, _, test = rest.partition("::")
        return cls(package, kind, target, test)


class TestOutcomes(BaseModel, frozen=True):
    """What a suite's tests said. Keys are identities as text."""

    __test__ = False
    outcomes: dict[str, str] = {}
    """Identity → ok, failed, ignored, lost (started, never ended), not-run, flaky, compiled (a doc test, not run)."""
    places: dict[str, str] = {}
    """Identity → "path:line" in the checkout."""
    failures: dict[str, str] = {}
    """Identity → what the failing test printed, cut."""
    broken: tuple[str, ...] = ()
    """Executables whose report does not add up, each with why."""
    foreign: tuple[str, ...] = ()
    """Executables that do not speak libtest (`harness = false`)."""
    hung: tuple[str, ...] = ()
    """Identities that ran when the deadline passed, or the executable when none is known."""

    def merged(self, other: "TestOutcomes") -> "TestOutcomes":
        """Return both, *other* winning where both know a test."""
        return TestOutcomes(
            outcomes=self.outcomes | other.outcomes,
            places=self.places | other.places,
            failures=self.failures | other.failures,
            broken=(*self.broken, *other.broken),
            foreign=(*self.foreign, *other.foreign),
            hung=(*self.hung, *other.hung),
        )


async def run_suite(
    bench: Bench, build: TestBuild, *, deadline_seconds: float, only: Sequence[str] | None = None
) -> TestOutcomes:
    """Return what every test executable of *build* reports.

    Args:
        deadline_seconds: one executable's.
        only: identities; executables that hold none of them are not run. None: everything.
    """
    total = TestOutcomes(broken=tuple(f"{Path(x).name}: built and run do not agree" for x in build.unmatched()))
    wanted = None if only is None else [Identity.read(test) for test in only]
    for binary, recorded in build.to_run():
        names: list[str] = []
        if wanted is not None:
            owner = (binary.package, binary.kind, binary.target)
            names = [one.test for one in wanted if (one.package, one.kind, one.target) == owner]
            if not names:
                continue
        arguments = [*names, "--exact"] if names else []
        total = total.merged(
            await run_binary(bench, binary, recorded, deadline_seconds=deadline_seconds, arguments=arguments)
        )
    return total


async def run_binary(
    bench: Bench,
    binary: TestBinary,
    recorded: RecordedRun,
    *,
    deadline_seconds: float,
    arguments: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> TestOutcomes:
    """List one executable's tests, then run them; what the run says must add up with what the list promised."""
    # RUSTC_BOOTSTRAP only here, never at build: it would let nightly features compile on stable.
    whole = dict(recorded.env) | {"RUSTC_BOOTSTRAP": "1"} | dict(env or {})
    cwd = Path(recorded.cwd)

    async def call(*words: str) -> Finished:
        argv = [binary.executable, *arguments, *_JSON, *words]
        return await bench.run(
            argv,
            deadline_seconds=deadline_seconds,
            cwd=cwd,
            env=whole,
            split=True,
            keep_bytes=JSON_BYTES,
            builds=False,
        )

    listed = await call("--list")
    listing = _events(listed.text)
    if listed.exit_code != 0 or not any(e.get("type") == "suite" and e.get("event") == "completed" for e in listing):
        return await _run_foreign(bench, binary, cwd, whole, deadline_seconds)
    found = [e for e in listing if e.get("event") == "discovered"]
    ran = await call()
    return read_report(binary, found, _events(ran.text), ran.exit_code, ran.timed_out, bench.root, bench.checkout)


async def run_named(
    bench: Bench, binary: TestBinary, recorded: RecordedRun, names: Sequence[str], *, deadline_seconds: float
) -> dict[str, str]:
    """Return the outcomes of the tests *names* of one executable, run alone; nothing is checked against a list."""
    env = dict(recorded.env) | {"RUSTC_BOOTSTRAP": "1"}
    argv = [binary.executable, *names, "--exact", *_JSON]
    ran = await bench.run(
        argv, deadline_seconds=deadline_seconds, cwd=Path(recorded.cwd), env=env, split=True, builds=False
    )
    return _read_events(_events(ran.text))[0]


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
    bench: Bench, binary: TestBinary, cwd: Path, env: Mapping[str, str], deadline_seconds: float
) -> TestOutcomes:
    """Run an executable without libtest: one pseudo-test, by its exit code."""
    ran = await bench.run([binary.executable], deadline_seconds=deadline_seconds, cwd=cwd, env=env, builds=False)
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
