"""Work that belongs to another toolchain is never passed silently: what its own commands said, or that none ran."""

from collections.abc import Iterator

from phasewright.gate.change import is_listed
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.packages import MANIFEST, PackageRun, scripts_of, touched_packages
from phasewright.result import Finding


def check_foreign(facts: GateFacts) -> Iterator[Finding]:
    """Yield what the plan's commands for JavaScript packages found, and scripts that were changed under them."""
    for run in facts.packages.runs:
        path = None if run.folder == "." else run.folder
        match run.outcome:
            case "failed":
                yield finding("script-failed", f"{run.command!r} failed: {run.said}", path=path)
            case "deadline":
                yield finding("script-failed", f"{run.command!r} did not come to an end", path=path)
            case "failed-before":
                yield finding("pre-existing", f"{run.command!r} fails at base too", path=path)
            case "no-tool" | "not-read":
                yield finding("not-verified", f"{run.command!r} was not run: {run.said}", path=path)
    if any(_was_run(run) for run in facts.packages.runs):
        yield from _changed_scripts(facts)


def _was_run(run: PackageRun) -> bool:
    return run.outcome not in ("no-tool", "not-read")


def _changed_scripts(facts: GateFacts) -> Iterator[Finding]:
    """A script that became `true` always passes: the plan must list its package.json."""
    for folder in touched_packages(facts.change):
        path = MANIFEST if folder == "." else f"{folder}/{MANIFEST}"
        if path not in facts.change.changed or is_listed(path, facts.phase.files):
            continue
        was, now = scripts_of(facts.change.before(path)), scripts_of(facts.change.after(path))
        if changed := sorted(name for name, script in was.items() if now.get(name) != script):
            said = f"the script {changed[0]!r} was changed; the plan must list {path}"
            yield finding("script-changed", said, path=path)
