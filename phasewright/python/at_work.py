"""Pytest as the gate's toolchain. READ FIRST here: which program answers which question."""

import json
import os
import secrets
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from phasewright.process import Finished
from phasewright.python.report import Event, Listed, read_events, read_listing, read_run
from phasewright.sandbox import Sandbox
from phasewright.toolchain.bench import JSON_BYTES, Bench
from phasewright.toolchain.outcomes import TestOutcomes
from phasewright.toolchain.program import Program, ProgramReport
from phasewright.toolchain.purpose import Purpose
from phasewright.toolchain.reports import BuildReport, CompilerMessage, FormatReport
from phasewright.toolchain.workspace import Member, Target, Workspace

_PLUGIN = Path(__file__).parent / "plugin"
_MOST_NAMES = 200
"""More tests than this are not named one by one on a command line."""
_COULD_NOT_START = (3, 4)
_PYTEST = "import sys; sys.path.pop(0); import pytest; sys.exit(pytest.console_main())"
"""`python -m pytest` would look into the judged folder before it knows what pytest is."""
_PARSE = """
import ast, json, os, sys
found = []
for folder, folders, files in os.walk("."):
    folders[:] = [name for name in folders if not name.startswith(".")]
    for name in files:
        if name.endswith(".py"):
            path = os.path.normpath(os.path.join(folder, name))
            try:
                with open(path, "rb") as file:
                    ast.parse(file.read())
            except (SyntaxError, ValueError) as error:
                found.append([path, getattr(error, "lineno", None) or 1, str(getattr(error, "msg", error))])
print(json.dumps(found))
"""


class Programs(BaseModel, frozen=True):
    """One Python environment."""

    python: Path
    prefixes: tuple[Path, ...]
    """The environment, and the Python that it was made from."""
    ruff: Path | None = None
    versions: dict[str, str] = {}


def python_view(programs: Programs, workspace: Path) -> Sandbox:
    """Return a sandbox on *workspace* that sees the environment, its programs first on PATH."""
    environment, *beneath = programs.prefixes
    return Sandbox(
        workspace=workspace,
        toolchain=environment,
        read_only=tuple(prefix for prefix in beneath if not prefix.is_relative_to("/usr")),
    )


class PytestAtWork(Bench):
    """Pytest on one checkout, as toolchain/protocol.py asks for it."""

    _package = ""
    _listed: Sequence[Listed] = ()

    def __init__(self, programs: Programs, *, checkout: Path, folder: str, target: Path, home: Path) -> None:
        view = python_view(programs, checkout)
        view = view.model_copy(update={"read_only": (*view.read_only, _PLUGIN)})
        super().__init__(view, folder=folder, target=target, home=home)
        self.programs = programs
        self._table = _read_table(self.root / "pyproject.toml")
        name = (self._table or {}).get("project", {}).get("name")
        self._package = str(name or self.root.name).replace("/", ".")

    def environment(self) -> dict[str, str]:
        """Return what is set for every command. The plugin puts the judged folders before what is installed."""
        judged = [str(path) for path in (self.root / "src", self.root) if path.is_dir()]
        return {
            "PYTHONPATH": str(_PLUGIN),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PHASEWRIGHT_JUDGED": os.pathsep.join(judged),
        }

    async def describe(self, *, deadline_seconds: float) -> Workspace | None:
        """Read pyproject.toml: one package."""
        del deadline_seconds
        if self._table is None:
            return None
        return Workspace(members=(Member(name=self._package, folder=self.folder, targets=(Target("test", "pytest"),)),))

    async def prepare(
        self,
        workspace: Workspace | None,
        packages: Sequence[str] | None,
        *,
        deadline_seconds: float,
        purpose: Purpose = Purpose.JUDGE,
    ) -> BuildReport:
        """Collect. There is nothing to build; a file that cannot be imported is a test of its own that fails."""
        del packages, purpose
        done, events = await self._pytest(["--collect-only"], deadline_seconds)
        self._listed = read_listing(self._package, f"{self.folder}/" if self.folder else "", events)
        ended = any(event["event"] == "end" for event in events)
        succeeded = workspace is not None and ended and done.exit_code not in _COULD_NOT_START
        log = "" if succeeded else (done.text + done.stderr.decode("utf-8", "replace"))[-4000:]
        return BuildReport(succeeded=succeeded, timed_out=done.timed_out, log=log)

    async def inventory(self, *, deadline_seconds: float) -> tuple[str, ...]:
        """Return what `prepare` collected."""
        del deadline_seconds
        return tuple(one.identity for one in self._listed)

    async def run(self, *, deadline_seconds: float, only: Sequence[str] | None = None) -> TestOutcomes:
        """Run pytest once, over everything or over the named tests."""
        listed = [one for one in self._listed if only is None or one.identity in only]
        if not listed:
            return TestOutcomes()
        names = [one.node for one in listed] if only is not None and len(listed) <= _MOST_NAMES else []
        done, events = await self._pytest(names, deadline_seconds)
        promised = listed if names or only is None else self._listed
        return read_run(self._package, promised, events, done.exit_code, timed_out=done.timed_out)

    async def examples(self, *, deadline_seconds: float) -> TestOutcomes:
        """Return nothing: doctests, where a project asks for them, are collected like any test."""
        del deadline_seconds
        return TestOutcomes()

    async def run_program(self, program: Program, *, deadline_seconds: float) -> ProgramReport:
        """Return nothing: without pytest these tests are no program."""
        del program, deadline_seconds
        return ProgramReport()

    async def lint(self, *, deadline_seconds: float) -> tuple[CompilerMessage, ...]:
        """Return files that do not parse, and what ruff says where the project is set up for it."""
        argv = [str(self.programs.python), "-I", "-c", _PARSE]
        done = await self.execute(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
        found = json.loads(done.text) if done.exit_code == 0 else []
        errors = [self._message("syntax-error", path, line, text) for path, line, text in found]
        if self.programs.ruff is None or not self._is_set_up("ruff"):
            return tuple(errors)
        argv = [str(self.programs.ruff), "check", "--no-cache", "--output-format", "json", "--exit-zero", "."]
        done = await self.execute(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
        rows = json.loads(done.text or "[]") if done.exit_code == 0 else []
        said = [
            self._message(row.get("code") or "syntax-error", row["filename"], row["location"]["row"], row["message"])
            for row in rows
        ]
        return (*errors, *(one for one in said if one.code != "syntax-error"))

    async def format(self, *, deadline_seconds: float) -> FormatReport:
        """Ask ruff, where the project says that ruff formats it."""
        if self.programs.ruff is None or not self._is_set_up("ruff", "format"):
            return FormatReport()
        argv = [str(self.programs.ruff), "format", "--no-cache", "--check", "."]
        done = await self.execute(argv, deadline_seconds=deadline_seconds, split=True)
        paths = [
            line.removeprefix("Would reformat: ") for line in done.text.splitlines() if line.startswith("Would reform")
        ]
        return FormatReport(unformatted=tuple(sorted(self._from_top(path) for path in paths)))

    async def ask(self, argv: Sequence[str], *, deadline_seconds: float) -> None:
        """Return None: no criterion is asked of pytest in the plan's words."""
        del argv, deadline_seconds

    async def release(self, *, deadline_seconds: float) -> None:
        """Return None: nothing is built."""
        del deadline_seconds

    async def _pytest(self, words: Sequence[str], deadline_seconds: float) -> tuple[Finished, list[Event]]:
        word = f"{secrets.token_hex(8)}:"
        argv = [str(self.programs.python), "-c", _PYTEST, "-p", "phasewright_report", "-q"]
        argv += ["-o", "cache_dir=/tmp/pytest", "--rootdir", str(self.root), "--continue-on-collection-errors", *words]
        done = await self.execute(
            argv,
            deadline_seconds=deadline_seconds,
            env=self.environment() | {"PHASEWRIGHT_REPORT_WORD": word},
            split=True,
            keep_bytes=JSON_BYTES,
            builds=False,
        )
        return done, read_events(done.text, word)

    def _is_set_up(self, *keys: str) -> bool:
        table: object = (self._table or {}).get("tool")
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        if table is not None:
            return True
        return any((self.root / name).is_file() for name in ("ruff.toml", ".ruff.toml")) and keys == ("ruff",)

    def _message(self, code: str, path: str, line: int, text: str) -> CompilerMessage:
        place = self._from_top(path)
        try:
            source = (self.checkout / place).read_text(errors="replace").splitlines()[line - 1]
        except (OSError, IndexError):
            source = ""
        return CompilerMessage(
            level="warning", code=code, text=text, path=place, line=line, source=" ".join(source.split())
        )

    def _from_top(self, path: str) -> str:
        """Return *path*, as a program in the root wrote it, from the checkout's top."""
        whole = self.root / path
        return str(whole.relative_to(self.checkout)) if whole.is_relative_to(self.checkout) else path


def _read_table(path: Path) -> dict[str, dict[str, object]] | None:
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return {key: value for key, value in table.items() if isinstance(value, dict)}
