"""Cargo as the gate's toolchain. READ FIRST here: which of cargo's programs answers which question."""

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from phasewright.cargo.bench import CargoBench, Compiler, cargo_view
from phasewright.cargo.build import TestBuild, build_tests
from phasewright.cargo.checks import check_compiles, check_format, check_lints
from phasewright.cargo.compiled import compiled_files
from phasewright.cargo.doc_tests import run_doc_tests
from phasewright.cargo.linted import build_linted, compiler_for
from phasewright.cargo.messages import CargoOutput, is_lint, origin, package_name
from phasewright.cargo.metadata import read_workspace, what_to_build
from phasewright.cargo.program import run_program
from phasewright.cargo.quick import QUICK
from phasewright.cargo.suite import Listing, list_suite, run_suite
from phasewright.cargo.toolchain import CargoToolchain
from phasewright.process import Finished
from phasewright.sandbox import Sandbox
from phasewright.toolchain.outcomes import Identity, TestOutcomes
from phasewright.toolchain.program import Program, ProgramReport
from phasewright.toolchain.purpose import Purpose
from phasewright.toolchain.quick import QuickStep
from phasewright.toolchain.reports import BuildReport, CompilerMessage, FormatReport
from phasewright.toolchain.workspace import Workspace

_EXAMPLE = re.compile(rb"```|~~~|^\s*//[/!]( {4,}|\t)\S|\bdoc\s*=|/\*[*!]|cfg_attr\([^)]*doc", re.MULTILINE)
"""A fence, an indented block, documentation from a file or a macro."""


class Cargo:
    """An installed Rust toolchain."""

    name = "cargo"
    manifest = "Cargo.toml"
    quick: Mapping[str, QuickStep] = QUICK

    def __init__(self, programs: CargoToolchain) -> None:
        self.programs = programs

    @property
    def versions(self) -> dict[str, str]:
        """Program → version line."""
        return self.programs.versions

    @property
    def digest(self) -> str:
        """What a cached result depends on."""
        return f"{self.programs.digest} {self.programs.host}"

    def view(self, workspace: Path) -> Sandbox:
        """Return a sandbox that sees the toolchain and the downloaded crates."""
        return cargo_view(self.programs, workspace)

    def on(self, checkout: Path, *, folder: str, target: Path, home: Path) -> "CargoAtWork":
        """Return cargo at work on *checkout*; see toolchain/protocol.py."""
        return CargoAtWork(self.programs, checkout=checkout, folder=folder, target=target, home=home)


class CargoAtWork(CargoBench):
    """Cargo on one checkout, as toolchain/protocol.py asks for it."""

    _what: Sequence[str] = ()
    _libraries: Sequence[str] | None = None
    _linted: CargoOutput | None = None
    """What clippy said while it compiled; None: rustc did."""
    _build = TestBuild(succeeded=False)
    _listings: dict[str, Listing] | None = None

    async def describe(self, *, deadline_seconds: float) -> Workspace | None:
        """Ask `cargo metadata`."""
        return await read_workspace(self, deadline_seconds=deadline_seconds)

    async def prepare(
        self,
        workspace: Workspace | None,
        packages: Sequence[str] | None,
        *,
        deadline_seconds: float,
        purpose: Purpose = Purpose.JUDGE,
    ) -> BuildReport:
        """Build all; `cargo test`'s runner records the executables and runs none."""
        self._what = what_to_build(workspace, packages)
        self._libraries = _libraries(self.checkout, workspace, packages)
        self._listings = self._linted = None
        self._build = await self._built(purpose, time.monotonic() + deadline_seconds)
        outputs = (self._linted or CargoOutput(), self._build.output)
        return BuildReport(
            succeeded=self._build.succeeded,
            timed_out=self._build.timed_out,
            errors=tuple(self._placed(message) for message in self._build.output.errors())[:50],
            log=self._build.log,
            compiled=compiled_files((file for one in outputs for file in one.artifacts), self),
            origins=self._origins(workspace, [package for one in outputs for package in one.packages]),
        )

    async def _built(self, purpose: Purpose, end: float) -> TestBuild:
        """Build by clippy where that may be; rustc has the last word where that fails by a lint, or stumbles."""

        def left() -> float:
            return max(1.0, end - time.monotonic())

        self.compiler = Compiler.RUSTC if purpose == Purpose.VALIDATE else compiler_for(self.checkout)
        if self.compiler is not Compiler.RUSTC:
            judged = purpose == Purpose.JUDGE
            linted = await build_linted(self, self._what, deadline_seconds=left()) if judged else None
            if linted is not None and linted.output.messages and not linted.succeeded:
                return linted
            build = await build_tests(self, self._what, deadline_seconds=left())
            if build.succeeded:
                self._linted = linted.output if linted else None
                return build
            self.compiler = Compiler.RUSTC
        return await build_tests(self, self._what, deadline_seconds=left())

    async def inventory(self, *, deadline_seconds: float) -> tuple[str, ...]:
        """Ask every test executable what it holds."""
        self._listings = await list_suite(self, self._build, deadline_seconds=deadline_seconds)
        owners = {binary.executable: binary for binary, _ in self._build.to_run()}
        return tuple(
            str(Identity(owner.package, owner.kind, owner.target, str(event["name"])))
            for executable, owner in owners.items()
            for event in self._listings[executable] or ()
        )

    async def run(self, *, deadline_seconds: float, only: Sequence[str] | None = None) -> TestOutcomes:
        """Run the executables with libtest's JSON."""
        if self._listings is None:
            await self.inventory(deadline_seconds=deadline_seconds)
        return await run_suite(self, self._build, self._listings or {}, deadline_seconds=deadline_seconds, only=only)

    async def examples(self, *, deadline_seconds: float) -> TestOutcomes:
        """Run the doc tests of the packages that may have some."""
        if self._libraries is not None and not self._libraries:
            return TestOutcomes()
        return await run_doc_tests(self, self._libraries, deadline_seconds=deadline_seconds)

    async def run_program(self, program: Program, *, deadline_seconds: float) -> ProgramReport:
        """Build it with `cargo build`, and run it without cargo."""
        return await run_program(self, program, deadline_seconds=deadline_seconds)

    async def lint(self, *, deadline_seconds: float) -> tuple[CompilerMessage, ...]:
        """Return what clippy said of what was prepared; it is asked where it did not compile it."""
        said = self._linted or await check_lints(self, self._what, deadline_seconds=deadline_seconds)
        return tuple(self._placed(message) for message in said.messages if is_lint(message))

    async def format(self, *, deadline_seconds: float) -> FormatReport:
        """Ask rustfmt."""
        return await check_format(self, deadline_seconds=deadline_seconds)

    async def ask(self, argv: Sequence[str], *, deadline_seconds: float) -> Finished | None:
        """Run `cargo …`, compiled by rustc unless it is clippy that is asked; nextest is no part of a toolchain."""
        if len(argv) < 2 or argv[0] != "cargo" or argv[1] == "nextest":
            return None
        program = self.toolchain.program("cargo-clippy" if argv[1] == "clippy" else "cargo")
        return await self.execute([program, *argv[1:]], deadline_seconds=deadline_seconds, split=True)

    async def release(self, *, deadline_seconds: float) -> BuildReport:
        """Build with `cargo build --release`."""
        said = await check_compiles(self, deadline_seconds=deadline_seconds, release=True)
        return BuildReport(succeeded=said.succeeded, errors=said.errors())

    def _origins(self, workspace: Workspace | None, packages: Sequence[str]) -> dict[str, tuple[str, ...]]:
        members = workspace.names() if workspace else frozenset()
        found: dict[str, set[str]] = {}
        for package in packages:
            found.setdefault(package_name(package), set()).add(origin(package, str(self.checkout)))
        return {name: tuple(sorted(places)) for name, places in found.items() if name not in members}

    def _placed(self, message: CompilerMessage) -> CompilerMessage:
        """Return *message* with its path from the checkout's root."""
        if message.path is None:
            return message
        path = Path(message.path)
        whole = path if path.is_absolute() else self.root / path
        if not whole.is_relative_to(self.checkout):
            return message
        return message.model_copy(update={"path": str(whole.relative_to(self.checkout))})


def _libraries(checkout: Path, workspace: Workspace | None, packages: Sequence[str] | None) -> list[str] | None:
    """Return the packages whose doc tests to run; None: all."""
    if workspace is None:
        return list(packages) if packages is not None else None
    wanted = [m for m in workspace.members if m.has_library and (packages is None or m.name in packages)]
    return [member.name for member in wanted if _may_have_examples(checkout / member.folder)]


def _may_have_examples(folder: Path) -> bool:
    """Return False where no source of the package can hold an example: rustdoc would compile it all for nothing."""
    for path in folder.rglob("*.rs"):
        try:
            if _EXAMPLE.search(path.read_bytes()):
                return True
        except OSError:
            continue
    return False
