"""`phasewright demo`: the example plan end to end, with scripted agents, in a temporary repository."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from parsers.read_plan import read_plan
from phasewright import project_root
from phasewright.cli.demo_story import print_claims_and_verdicts, print_plan, print_where_to_look
from phasewright.cli.execute import execute
from phasewright.errors import SandboxUnavailable
from phasewright.git.environment import git_argv, git_environment
from phasewright.git.repository import Repository, find_repository
from phasewright.options import RunOptions
from phasewright.process import run
from phasewright.record.places import Places
from phasewright.record.run_record import newest_record
from phasewright.sandbox.check import check_sandbox
from phasewright.sandbox.without import go_without
from phasewright.scripted import ScriptedServer, load_script

EXAMPLE = "timespan"
PLAN = ".ai/plans/2026-01-12.read-and-write-spans.md"
MACHINERY = 5
_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Demo"), ("EMAIL", "demo@example.invalid"), ("DATE", "2026-01-12T09:00:00Z"))
}


def demo() -> int:
    """Run the example plan: no API key, nothing is paid. Its agents are a script, all else is real.

    In phase 2 the agents claim that everything is done while they wrote nothing. Watch what becomes of it. Where no
    sandbox can be built it does without one, which nothing else does, and says so.
    """
    example = project_root() / "examples" / EXAMPLE
    root = Path(tempfile.mkdtemp(prefix="phasewright-demo-")) / EXAMPLE
    repository = asyncio.run(make_repository(example, root))
    plan = root / PLAN
    _see_to_sandbox()
    print_plan(read_plan(plan, repository=root), root)
    with ScriptedServer(load_script(example / "session.yaml")) as server:
        _speak_to(server)
        code = execute(plan, root, RunOptions(), as_json=False)
        problems = server.problems
    _tell(repository, plan)
    for problem in problems:
        print(f"The scripted session did not fit: {problem}")
    return code if not problems else code or MACHINERY


async def make_repository(example: Path, root: Path) -> Repository:
    """Return a new git repository at *root* that holds a copy of *example*, committed by a fixed identity."""
    shutil.copytree(example, root, ignore=shutil.ignore_patterns("target", "session.yaml"))
    for args in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "The crate as it is"),
    ):
        ended = await run(git_argv(*args), cwd=root, env=git_environment(_IDENTITY), deadline_seconds=60)
        ended.expect()
    return await find_repository(root)


def _see_to_sandbox() -> None:
    """Go without a sandbox where none can be built: what runs here is the example and the script beside it."""
    try:
        asyncio.run(check_sandbox())
    except SandboxUnavailable as missing:
        go_without(str(missing).removeprefix("no sandbox: "))


def _speak_to(server: ScriptedServer) -> None:
    """Let this process's model client speak to *server*, past any proxy."""
    direct = [part for part in (os.environ.get("NO_PROXY"), "127.0.0.1", "localhost") if part]
    os.environ.update(
        ANTHROPIC_BASE_URL=server.url,
        ANTHROPIC_API_KEY="scripted-agents-need-no-key",
        NO_PROXY=",".join(direct),
        no_proxy=",".join(direct),
    )


def _tell(repository: Repository, plan: Path) -> None:
    """Print what was claimed and what was true, and where to look. Without a run there is nothing to tell."""
    places = Places.of_repository(repository.name)
    if record := newest_record(places, plan):
        print_claims_and_verdicts(places.run(record.run) / "events.jsonl")
        print_where_to_look(record, repository.root, places.run(record.run))
