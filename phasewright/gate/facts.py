"""Everything the toolchain says about one tree: gathered by running, judged elsewhere."""

import asyncio
import re
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from phasewright.cargo.bench import Bench
from phasewright.cargo.build import TestBuild, build_tests
from phasewright.cargo.checks import check_format, check_lints
from phasewright.cargo.doc_tests import run_doc_tests
from phasewright.cargo.messages import CompilerMessage, count_lints, is_lint
from phasewright.cargo.metadata import Workspace, read_workspace, what_to_build
from phasewright.cargo.rerun import rerun_failures
from phasewright.cargo.suite import TestOutcomes, run_suite
from phasewright.options import GateScope, ProveRed, RunOptions
from phasewright.result import CommandRecord

_EXAMPLE = re.compile(rb"```|~~~|^\s*//[/!]( {4,}|\t)\S|\bdoc\s*=|/\*[*!]|cfg_attr\([^)]*doc", re.MULTILINE)
"""A fence, an indented block, documentation from a file or a macro."""

GATE_VERSION = 3
"""Goes up whenever the same tree may give other facts; cached baselines of older versions are not used."""


A = TypeVar("A")
B = TypeVar("B")


class GateSettings(BaseModel, frozen=True):
    """What of the run's options matters to the gate."""

    build_seconds: float = 900
    """Deadline of everything that is built for one tree, together."""
    test_seconds: float = 300
    """Deadline of one test executable."""
    doc_seconds: float = 300
    scope: GateScope = GateScope.AFFECTED
    prove_red: ProveRed = ProveRed.ALL

    @classmethod
    def from_options(cls, options: RunOptions) -> "GateSettings":
        """Return the gate's part of a run's options."""
        return cls(
            build_seconds=options.gate_build_seconds,
            test_seconds=options.gate_test_seconds,
            doc_seconds=options.gate_doc_seconds,
            scope=options.gate_scope,
            prove_red=options.prove_red,
        )


class SideFacts(BaseModel, frozen=True):
    """What cargo, clippy, rustfmt and the tests say about one tree."""

    digest: str
    """Of the files that were judged (gate/objects.py, tree_digest)."""
    folder: str | None = None
    """Where the workspace's Cargo.toml is, from the root; None: no cargo workspace at all."""
    workspace: Workspace | None = None
    """None: cargo cannot read the manifests."""
    built: bool = False
    build_timed_out: bool = False
    errors: tuple[CompilerMessage, ...] = ()
    log: str = ""
    tests: TestOutcomes = TestOutcomes()
    lints: dict[str, int] = {}
    """Lint key → how often."""
    lint_examples: dict[str, CompilerMessage] = {}
    unformatted: tuple[str, ...] = ()
    format_problem: str = ""
    compiled: tuple[str, ...] = ()
    """Files that went into the build, from the checkout's root."""
    touched: tuple[str, ...] = ()
    """Tracked files that a build or a test wrote to."""
    commands: tuple[CommandRecord, ...] = ()
    environment: dict[str, str] = {}
    """What was set for builds, beyond the sandbox's own environment."""


async def gather_facts(
    bench: Bench, digest: str, settings: GateSettings, *, packages: Sequence[str] | None = None
) -> SideFacts:
    """Return what the toolchain says about the checkout of *bench*.

    Format before build before lint: a failed build ends it, because nothing after it could be compared.

    Args:
        packages: members to build and test; None: the whole workspace.
    """
    end = time.monotonic() + settings.build_seconds

    def left() -> float:
        return max(1.0, end - time.monotonic())

    workspace = await read_workspace(bench, deadline_seconds=left())
    what = what_to_build(workspace, packages)
    formatted, build = await _both(
        check_format(bench, deadline_seconds=left()),
        build_tests(bench, what, deadline_seconds=left()),
    )
    facts = SideFacts(
        digest=digest,
        folder=bench.folder,
        workspace=workspace,
        built=build.succeeded,
        build_timed_out=build.timed_out,
        errors=tuple(_placed(m, bench) for m in build.output.errors())[:50],
        log=build.log,
        unformatted=formatted.unformatted,
        format_problem=formatted.problem,
        compiled=_compiled(build, bench),
        environment=bench.environment(),
    )
    if not build.succeeded:
        return facts.model_copy(update={"commands": tuple(bench.commands)})
    # Tests run while clippy works: they need no lock of cargo's.
    linted, tests = await _both(
        check_lints(bench, what, deadline_seconds=left()),
        run_suite(bench, build, deadline_seconds=settings.test_seconds),
    )
    tests = await rerun_failures(bench, build, tests, deadline_seconds=settings.test_seconds)
    libraries = _libraries(bench, workspace, packages)
    if libraries is None or libraries:
        tests = tests.merged(await run_doc_tests(bench, libraries, deadline_seconds=settings.doc_seconds))
    lints = [_placed(message, bench) for message in linted.messages if is_lint(message)]
    return facts.model_copy(
        update={
            "tests": tests,
            "lints": dict(count_lints(lints)),
            "lint_examples": {message.lint_key: message for message in lints},
            "commands": tuple(bench.commands),
        }
    )


async def _both(one: Coroutine[None, None, A], other: Coroutine[None, None, B]) -> tuple[A, B]:
    """Return both results; when one fails, the other is stopped before the error goes on."""
    first, second = asyncio.ensure_future(one), asyncio.ensure_future(other)
    try:
        return await asyncio.gather(first, second)
    finally:
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)


def _libraries(bench: Bench, workspace: Workspace | None, packages: Sequence[str] | None) -> list[str] | None:
    """Return the packages whose doc tests to run; None: all."""
    if workspace is None:
        return list(packages) if packages is not None else None
    wanted = [m for m in workspace.members if m.has_library and (packages is None or m.name in packages)]
    return [member.name for member in wanted if _may_have_examples(bench.checkout / member.folder)]


def _may_have_examples(folder: Path) -> bool:
    """Return False where no source of the package can hold an example: rustdoc would compile it all for nothing."""
    for path in folder.rglob("*.rs"):
        try:
            if _EXAMPLE.search(path.read_bytes()):
                return True
        except OSError:
            continue
    return False


def _placed(message: CompilerMessage, bench: Bench) -> CompilerMessage:
    """Return *message* with its path from the checkout's root."""
    if message.path is None:
        return message
    path = Path(message.path)
    whole = path if path.is_absolute() else bench.root / path
    if not whole.is_relative_to(bench.checkout):
        return message
    return message.model_copy(update={"path": str(whole.relative_to(bench.checkout))})


def _compiled(build: TestBuild, bench: Bench) -> tuple[str, ...]:
    """Return the checkout's files that rustc read, by the dependency files beside this build's artifacts."""
    found: set[str] = set()
    for artifact in build.output.artifacts:
        path = Path(artifact)
        for stem in {path.stem, path.stem.removeprefix("lib"), path.name}:
            found |= _read_dependencies(path.with_name(f"{stem}.d"), bench)
    return tuple(sorted(found))


def _read_dependencies(path: Path, bench: Bench) -> set[str]:
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return set()
    found = set()
    for line in lines:
        _, _, names = line.partition(": ")
        words = names.replace("\\ ", "\0").split() if names else [line.removesuffix(":")] if line.endswith(":") else []
        for word in words:
            file = bench.root / word.replace("\0", " ")
            if file.is_relative_to(bench.checkout):
                found.add(str(file.relative_to(bench.checkout)))
    return found
