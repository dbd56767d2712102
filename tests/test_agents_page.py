"""docs/agents.md names every prompt, tool, shipped agent and limit that there is."""

from pathlib import Path

import pytest

from parsers.agent_book import SHIPPED_FOLDER
from parsers.agent_file import EFFORTS, LIMIT_BYTES
from phasewright.agent import ledger, limits, summary
from phasewright.agent import slice as phase_slice
from phasewright.agent.definition import SUB_AGENT_TOOLS
from phasewright.agent.prompts import NAMES
from phasewright.options import RunOptions
from phasewright.tools import bash, files, safe_files, search, skill, tool

PAGE = (Path(__file__).parent.parent / "docs/agents.md").read_text(encoding="utf-8")
OPTIONS = RunOptions()

FACTS = [
    *(f"`{name}.md`" for name in NAMES),
    *(f"`{name}`" for name in SUB_AGENT_TOOLS),
    *(f"`{file.stem}`" for file in SHIPPED_FOLDER.glob("*.md")),
    *(f"`{effort}`" for effort in EFFORTS),
    f"more than {LIMIT_BYTES:,} bytes",
    f"at most {skill.LIMIT_CHARACTERS:,} characters",
    f"| {summary.SUMMARY_TOKENS} tokens; asked once",
    f"| {ledger.STATE_TOKENS:,} tokens, earlier",
    f"| {phase_slice.SLICE_TOKENS:,} tokens, with",
    f"| why the last attempt was refused | {ledger.DIGEST_TOKENS} tokens |",
    f"after {bash.DEFAULT_SECONDS:.0f} s, or what was asked for up to {bash.MOST_SECONDS:,.0f} s",
    f"{bash.SHOWN_CHARACTERS:,} characters of head and tail",
    f"{files.LINES_AT_ONCE:,} lines at a time",
    f"up to {safe_files.READ_LIMIT_BYTES:,} bytes",
    f"{search.MOST_PATHS} paths, {search.MOST_MATCHES} matches",
    f"longer than {tool.RESULT_CHARACTERS:,} characters",
    f"`--max-turns` ({OPTIONS.max_turns})",
    f"`--phase-timeout` ({OPTIONS.phase_timeout:.0f}), `--agent-timeout` ({OPTIONS.agent_timeout:.0f})",
    f"the same result {limits.SAME_STOPPED} times",
    f"when {limits.MOST_CUT_REPLIES + 1} replies in a row",
]


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_the_page_says(fact: str) -> None:
    assert fact in PAGE
