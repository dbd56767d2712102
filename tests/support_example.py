"""The example in the repository, as a folder of its own and as its session leaves it."""

import shutil
import subprocess
from pathlib import Path

from phasewright.scripted import Script, load_script

EXAMPLE = Path(__file__).parent.parent / "examples" / "timespan"
PLAN = ".ai/plans/2026-01-12.read-and-write-spans.md"


def session() -> Script:
    """Return the example's scripted session."""
    return load_script(EXAMPLE / "session.yaml")


def copy_example(place: Path) -> Path:
    """Copy the example, without anything that was built in it, to *place*; return *place*."""
    shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns("target"))
    return place


def example_repository(place: Path) -> Path:
    """Copy the example to *place* and commit it to a new git repository there."""
    copy_example(place)
    for argv in (
        ["init", "--quiet", "--initial-branch=main"],
        ["config", "user.name", "Test"],
        ["config", "user.email", "test@example.invalid"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", "The crate as it is"],
    ):
        subprocess.run(["git", *argv], cwd=place, check=True, timeout=30)
    return place


def apply_session(place: Path, script: Script) -> None:
    """Make all the edits of *script* below *place*, in its order, as the tools would."""
    for call in (call for told in script.conversations for step in told.steps for call in step.calls):
        path = place / str(call.input.get("path", ""))
        if call.tool == "write_file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(call.input["content"], encoding="utf-8")
        if call.tool == "edit_file":
            text = path.read_text(encoding="utf-8")
            assert 1 == text.count(call.input["old_text"]), call.input["path"]
            path.write_text(text.replace(call.input["old_text"], call.input["new_text"]), encoding="utf-8")
