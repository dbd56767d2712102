"""The plan's own `pnpm build` or `npm test`, run on the candidate's files in the sandbox, without a network."""

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from phasewright.gate.change import Change
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Tree
from phasewright.gate.packages import (
    COMMAND,
    Asked,
    Outcome,
    PackageRun,
    PackageRuns,
    manifest_of,
    read_command,
    scripts_of,
    touched_packages,
)
from phasewright.plan import Phase
from phasewright.toolchain.bench import Bench

_TAIL_CHARACTERS = 600


class _Where(NamedTuple):
    bench: Bench
    repository: Path
    """The user's working tree: modules are installed there."""
    seconds: float


async def run_packages(measurer: Measurer, change: Change, phase: Phase, tree: Tree) -> PackageRuns:
    """Run the plan's commands for packages whose files changed; a failure is asked again of base."""
    touched = touched_packages(change)
    commands = list(dict.fromkeys(match.strip().rstrip(".,)") for match in COMMAND.findall(phase.text)))
    if not touched or not commands:
        return PackageRuns()
    bench = await measurer.plain_bench(tree)
    where = _Where(bench, measurer.repo.root, measurer.settings.build_seconds)
    found = [await _run(where, change, touched, command) for command in commands]
    records = tuple(bench.commands)
    if any(one.outcome == "failed" for one in found):
        bench = await measurer.plain_bench(change.base)
        found = [await _asked_of_base(where._replace(bench=bench), change, one) for one in found]
    return PackageRuns(runs=tuple(found), commands=records)


async def _run(where: _Where, change: Change, touched: Sequence[str], command: str) -> PackageRun:
    asked = read_command(command)
    if asked is None:
        return PackageRun(command=command, folder=touched[0], outcome="not-read", said="the gate runs scripts alone")
    holders = [asked.folder] if asked.folder is not None else touched
    folder = next((f for f in holders if asked.script in scripts_of(change.after(manifest_of(f)))), None)
    if folder is None:
        said = f"no package.json that changed has a script {asked.script!r}"
        return PackageRun(command=command, folder=holders[0], outcome="not-read", said=said)
    if shutil.which(asked.words[0]) is None:
        said = f"{asked.words[0]} is not installed"
        return PackageRun(command=command, folder=folder, outcome="no-tool", said=said)
    return await _run_there(where, command, asked, folder)


async def _asked_of_base(where: _Where, change: Change, run: PackageRun) -> PackageRun:
    """A failure is old when base fails with the same words; a script whose files were not there yet says others."""
    asked = read_command(run.command)
    if run.outcome != "failed" or asked is None:
        return run
    if asked.script not in scripts_of(change.before(manifest_of(run.folder))):
        return run
    then = await _run_there(where, run.command, asked, run.folder)
    is_old = then.outcome == "failed" and then.digest == run.digest
    return run.model_copy(update={"outcome": "failed-before"}) if is_old else run


def _without_numbers(text: str) -> str:
    """Return what a failure says without times, lines and counts: the same words are the same failure."""
    return re.sub(r"\d+(?:\.\d+)?", "0", text)


async def _run_there(where: _Where, command: str, asked: Asked, folder: str) -> PackageRun:
    bench, repository, seconds = where
    place = bench.checkout / folder
    shown = [*_prefixes(asked.words[0]), *_with_modules(place, repository / folder)]
    done = await bench.execute(
        asked.words,
        cwd=bench.checkout if asked.folder is not None else place,
        deadline_seconds=seconds,
        env=_environment(shown),
        also=shown,
    )
    outcome: Outcome = "deadline" if done.exit_code is None else "ok" if done.exit_code == 0 else "failed"
    text = (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace").strip()
    # Of the whole text: numbers of another length move where a cut begins.
    digest = hashlib.sha256(_without_numbers(text).encode()).hexdigest()
    return PackageRun(command=command, folder=folder, outcome=outcome, said=text[-_TAIL_CHARACTERS:], digest=digest)


def _with_modules(place: Path, own: Path) -> list[Path]:
    """Show the user's installed modules in the checkout, read-only; the commit holds none."""
    modules = own / "node_modules"
    if not modules.is_dir() or os.path.lexists(place / "node_modules"):
        return []
    (place / "node_modules").symlink_to(modules)
    return [modules.resolve()]


def _prefixes(program: str) -> list[Path]:
    """Return the folders outside /usr that hold *program* and node."""
    found = []
    for name in (program, "node"):
        path = shutil.which(name)
        real = Path(os.path.realpath(path)) if path else Path("/usr/bin/node")
        prefix = next((p for p in real.parents if (p / "bin" / "node").exists()), real.parent)
        if not prefix.is_relative_to("/usr") and prefix not in (Path("/"), Path.home()):
            found.append(prefix)
    return list(dict.fromkeys(found))


def _environment(shown: Sequence[Path]) -> dict[str, str]:
    bins = [str(path / "bin") for path in shown if (path / "bin").is_dir()]
    path = os.pathsep.join([*bins, "/usr/local/bin", "/usr/bin", "/bin"])
    quiet = {"npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false"}
    return {"PATH": path, "CI": "true", "NO_COLOR": "1", "npm_config_offline": "true", **quiet}
