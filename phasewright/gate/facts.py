"""Everything the toolchain says about one tree: gathered by running, judged elsewhere."""

import time
from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel

from phasewright.gate.rerun import rerun_failures
from phasewright.options import GateScope, ProveRed, RunOptions
from phasewright.result import CommandRecord
from phasewright.together import both
from phasewright.toolchain.outcomes import TestOutcomes
from phasewright.toolchain.protocol import Toolchain
from phasewright.toolchain.purpose import Purpose
from phasewright.toolchain.reports import STUB_LINTS, CompilerMessage
from phasewright.toolchain.workspace import Workspace

GATE_VERSION = 14
"""Goes up whenever the same tree may give other facts; cached baselines of older versions are not used."""


class GateSettings(BaseModel, frozen=True):
    """What of the run's options matters to the gate."""

    build_seconds: float = 900
    """Deadline of everything that is built for one tree, together."""
    test_seconds: float = 300
    """Deadline of one test executable."""
    doc_seconds: float = 300
    scope: GateScope = GateScope.AFFECTED
    prove_red: ProveRed = ProveRed.ALL
    purpose: Purpose = Purpose.JUDGE

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
    """What builds, linter, formatter and tests say about one tree."""

    digest: str
    """Of the files that were judged (gate/objects.py, tree_digest)."""
    folder: str | None = None
    """Where the topmost manifest is, from the root; None: there is none."""
    workspace: Workspace | None = None
    """None: the manifests cannot be read."""
    built: bool = False
    build_timed_out: bool = False
    errors: tuple[CompilerMessage, ...] = ()
    log: str = ""
    tests: TestOutcomes = TestOutcomes()
    lints: dict[str, int] = {}
    """Lint key → how often."""
    lint_examples: dict[str, CompilerMessage] = {}
    origins: dict[str, tuple[str, ...]] = {}
    """Crate that is no member → where it comes from."""
    unformatted: tuple[str, ...] = ()
    format_problem: str = ""
    compiled: tuple[str, ...] = ()
    """Files that went into the build, from the checkout's root."""
    touched: tuple[str, ...] = ()
    """Tracked files that a build or a test wrote to."""
    commands: tuple[CommandRecord, ...] = ()
    environment: dict[str, str] = {}
    """What was set for builds, beyond the sandbox's own environment."""

    @property
    def lint_count(self) -> int:
        """How many warnings the repository's own linter would show."""
        return sum(n for key, n in self.lints.items() if self.lint_examples[key].code not in STUB_LINTS)


async def gather_facts(
    toolchain: Toolchain, digest: str, settings: GateSettings, *, packages: Sequence[str] | None = None
) -> SideFacts:
    """Return what *toolchain* says about its checkout.

    Format before build before lint: a failed build ends it, because nothing after it could be compared.

    Args:
        packages: members to build and test; None: the whole workspace.
    """
    end = time.monotonic() + settings.build_seconds

    def left() -> float:
        return max(1.0, end - time.monotonic())

    workspace = await toolchain.describe(deadline_seconds=left())
    formatted, build = await both(
        toolchain.format(deadline_seconds=left()),
        toolchain.prepare(workspace, packages, deadline_seconds=left(), purpose=settings.purpose),
    )
    facts = SideFacts(
        digest=digest,
        folder=toolchain.folder,
        workspace=workspace,
        built=build.succeeded,
        build_timed_out=build.timed_out,
        errors=build.errors,
        log=build.log,
        unformatted=formatted.unformatted,
        format_problem=formatted.problem,
        compiled=build.compiled,
        origins=build.origins,
        environment=toolchain.environment(),
    )
    if build.succeeded:
        facts = await _with_tests(toolchain, facts, settings, lint_seconds=left())
    return facts.model_copy(update={"commands": tuple(toolchain.commands)})


async def _with_tests(
    toolchain: Toolchain, facts: SideFacts, settings: GateSettings, *, lint_seconds: float
) -> SideFacts:
    """Return *facts* with what linter and tests say. Tests run while the linter works: they need no lock of its."""
    lints, tests = await both(toolchain.lint(deadline_seconds=lint_seconds), _tested(toolchain, settings))
    tests = tests.merged(await toolchain.examples(deadline_seconds=settings.doc_seconds))
    return facts.model_copy(
        update={
            "tests": tests,
            "lints": dict(Counter(message.lint_key for message in lints)),
            "lint_examples": {message.lint_key: message for message in lints},
        }
    )


async def _tested(toolchain: Toolchain, settings: GateSettings) -> TestOutcomes:
    await toolchain.inventory(deadline_seconds=settings.test_seconds)
    tests = await toolchain.run(deadline_seconds=settings.test_seconds)
    return await rerun_failures(toolchain, tests, deadline_seconds=settings.test_seconds)
