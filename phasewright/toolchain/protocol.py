"""What the gate asks of a language's tools. All judging is shared; a second language brings these answers alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from phasewright.process import Finished
from phasewright.result import CommandRecord
from phasewright.sandbox import Sandbox
from phasewright.toolchain.outcomes import TestOutcomes
from phasewright.toolchain.program import Program, ProgramReport
from phasewright.toolchain.purpose import Purpose
from phasewright.toolchain.quick import QuickStep
from phasewright.toolchain.reports import BuildReport, CompilerMessage, FormatReport
from phasewright.toolchain.workspace import Workspace


class Toolchain(Protocol):
    """A language's tools at work on one checkout, in the sandbox. A command's own failure is an answer, no error."""

    @property
    def checkout(self) -> Path:
        """The judged files."""

    @property
    def folder(self) -> str:
        """Of the root that is judged, from the checkout's top."""

    @property
    def commands(self) -> list[CommandRecord]:
        """Everything that was run, in order."""

    def environment(self) -> dict[str, str]:
        """Return what is set for builds beyond the sandbox's own environment."""

    async def describe(self, *, deadline_seconds: float) -> Workspace | None:
        """Return the packages; None where the manifests cannot be read."""

    async def prepare(
        self,
        workspace: Workspace | None,
        packages: Sequence[str] | None,
        *,
        deadline_seconds: float,
        purpose: Purpose = Purpose.JUDGE,
    ) -> BuildReport:
        """Make the tests of *packages* (None: all) ready to run; comes before all that follows."""

    async def inventory(self, *, deadline_seconds: float) -> tuple[str, ...]:
        """Return the identities of the tests that are there, before any of them runs."""

    async def run(self, *, deadline_seconds: float, only: Sequence[str] | None = None) -> TestOutcomes:
        """Run the tests of the inventory, or *only* these, and return what became of each."""

    async def examples(self, *, deadline_seconds: float) -> TestOutcomes:
        """Run the examples in the documentation."""

    async def run_program(self, program: Program, *, deadline_seconds: float) -> ProgramReport:
        """Build and run tests as a plain program; an empty report where there is no such thing."""

    async def lint(self, *, deadline_seconds: float) -> tuple[CompilerMessage, ...]:
        """Return what the linter says; base decides what of it is new. Paths start at the checkout's root."""

    async def format(self, *, deadline_seconds: float) -> FormatReport:
        """Return the files that the formatter would change."""

    async def ask(self, argv: Sequence[str], *, deadline_seconds: float) -> Finished | None:
        """Run a command of these tools as the plan writes it; None where it is none of theirs."""

    async def release(self, *, deadline_seconds: float) -> BuildReport | None:
        """Build what users get; None where the language builds nothing."""


class Installed(Protocol):
    """A language's tools as they are on this machine."""

    @property
    def name(self) -> str:
        """Of the language's test runner: cargo, pytest."""

    @property
    def manifest(self) -> str:
        """Name of the file that marks a root: Cargo.toml, pyproject.toml."""

    @property
    def versions(self) -> dict[str, str]:
        """Program → version line."""

    @property
    def digest(self) -> str:
        """What a cached result depends on."""

    @property
    def quick(self) -> Mapping[str, QuickStep]:
        """Quick checks for agents, by kind: format, build, lint, test."""

    def view(self, workspace: Path) -> Sandbox:
        """Return a sandbox on *workspace* that sees what the tools need of the machine; nothing else is writable."""

    def on(self, checkout: Path, *, folder: str, target: Path, home: Path) -> Toolchain:
        """Return the tools at work on *checkout*.

        Args:
            folder: of the root, from the checkout's top.
            target: where builds go. home: a folder for what is neither source nor build.
        """
