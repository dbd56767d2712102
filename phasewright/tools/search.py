"""`glob` and `grep`: what git tracks or would track, so ignored files (build output) never show up.

Both run git inside the sandbox: a costly pattern meets a deadline there, and configuration does no harm.
"""

import os

import pathspec
from pydantic import Field

from phasewright.tools.files import normalised
from phasewright.tools.tool import Tool, ToolFailed, ToolInput
from phasewright.tools.workbench import Workbench

MOST_PATHS = 500
MOST_MATCHES = 200
_LIST_BYTES = 4_000_000
_SECONDS = 30.0


class GlobInput(ToolInput):
    pattern: str = Field(min_length=1, description='Such as "src/**/*.rs"; without a slash it matches at any depth.')


class GrepInput(ToolInput):
    pattern: str = Field(min_length=1, description="Regular expression, Perl style where git has it.")
    path: str | None = Field(default=None, description="File or folder to look in; the whole workspace if not given.")


def glob_tool(bench: Workbench) -> Tool:
    """Return the tool that lists files."""

    async def run(asked: GlobInput) -> str:
        matching = _matcher(asked.pattern)
        found = [path for path in await workspace_paths(bench) if matching.match_file(path)]
        more = f"\n[{len(found) - MOST_PATHS} more; use a narrower pattern]" if len(found) > MOST_PATHS else ""
        return "\n".join(found[:MOST_PATHS]) + more if found else "no file matches"

    return Tool("glob", "List files of the workspace by pattern; ignored files are left out.", GlobInput, run)


def _matcher(pattern: str) -> pathspec.GitIgnoreSpec:
    if pattern.startswith(("!", "#")):
        pattern = "\\" + pattern
    try:
        return pathspec.GitIgnoreSpec.from_lines([pattern.removeprefix("./")])
    except ValueError as error:
        raise ToolFailed(f"no valid pattern {pattern!r}: {error}") from error


async def workspace_paths(bench: Workbench) -> list[str]:
    """Return every file that git tracks or would track, sorted."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listed = await bench.run(argv, timeout_seconds=_SECONDS, keep_bytes=_LIST_BYTES)
    if listed.exit_code != 0:
        raise ToolFailed(f"git cannot list the workspace: {listed.text.strip()[:300]}")
    names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return sorted(name for name in names if os.path.lexists(bench.workspace / name))


def grep_tool(bench: Workbench) -> Tool:
    """Return the tool that searches in files."""

    async def run(asked: GrepInput) -> str:
        where = [normalised(asked.path)] if asked.path and asked.path != "." else []
        for flavour in ("-P", "-E"):
            argv = ["git", "grep", "--untracked", "--no-color", "-n", "-I", flavour, "-e", asked.pattern, "--", *where]
            found = await bench.run(argv, timeout_seconds=_SECONDS, keep_bytes=_LIST_BYTES)
            if "Perl-compatible" not in found.text[:300]:
                break
        if found.timed_out:
            raise ToolFailed(f"the search took more than {_SECONDS:.0f} s; use a simpler pattern")
        if found.exit_code not in {0, 1}:
            raise ToolFailed(found.text.strip()[:500])
        lines = [line[:400] for line in found.text.splitlines()]
        more = f"\n[{len(lines) - MOST_MATCHES} more; narrow the search]" if len(lines) > MOST_MATCHES else ""
        return "\n".join(lines[:MOST_MATCHES]) + more if lines else "no line matches"

    return Tool("grep", "Search the workspace's files; ignored files are left out.", GrepInput, run)
