"""A recorded attempt played again: same replies, same faults, same number of requests; differences are found."""

from pathlib import Path
from typing import Any

import pytest
from support_agents import Watcher, connected, script
from support_bench import LocalBench, make_job
from test_orchestrator import CLAIM, attempt, delegating, sub_agent
from test_orchestrator import orchestrator as played_by

from phasewright.agent.orchestrator import OrchestratorEnd
from phasewright.record.replay import Replay
from phasewright.record.sameness import comparable
from phasewright.record.transcript import Transcripts

SESSION = script(
    played_by({"fault": 529}, delegating("a", "b"), {"calls": [{"diff_stat": {}}]}, CLAIM),
    sub_agent(
        {"calls": [{"write_file": {"path": "src/parser.rs", "content": "pub fn parse() {}\n"}}], "thinking": "Hm."},
        {"fault": {"kind": "cut", "at": "content"}},
        {"calls": [{"bash": {"command": "pwd; wc -l src/*.rs; exit 3"}}, {"teleport": {}}]},
        {"text": "I", "stop_reason": "max_tokens"},
        {"text": "### Summary\nDone.\n### Details\nAll."},
        n=1,
    ),
    sub_agent({"fault": {"status": 429, "error_code": "enforced_spend_limit_reached"}}, n=2),
)


class Keeps(Watcher):
    """An observer that writes transcripts."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir()
        self.transcripts = Transcripts(folder)

    def record(self, conversation: str, record: Any) -> None:
        self.transcripts.write(conversation, record)


def place(folder: Path, run: str) -> Path:
    """Return a folder named as a phase's workspace is."""
    return folder / "workspaces" / run / "phase-1"


async def hold(folder: Path, played: Any, **changes: Any) -> tuple[OrchestratorEnd, Transcripts, int, LocalBench]:
    folder.mkdir(parents=True)
    bench, keeps = LocalBench(folder), Keeps(folder / "transcripts")
    async with connected(played) as (model, server):
        end = await attempt(make_job(bench, **changes), model, bench, keeps)
        return end, keeps.transcripts, len(server.requests), bench


async def test_a_recorded_attempt_is_played_again_as_it_was(tmp_path: Path) -> None:
    end, transcripts, requests, bench = await hold(place(tmp_path, "a"), SESSION)
    replay = Replay(transcripts)
    again, second, asked, other = await hold(place(tmp_path, "b"), replay.answer, run="20261126-030000-beef")

    assert () == replay.divergences
    assert requests == asked == replay.recorded_requests
    assert (end.claim, end.turns) == (again.claim, again.turns)
    assert (bench.workspace / "src/parser.rs").read_bytes() == (other.workspace / "src/parser.rs").read_bytes()
    assert [c.requests for c in transcripts.costs()] == [c.requests for c in second.costs()]


async def test_the_first_request_that_differs_is_named(tmp_path: Path) -> None:
    _, transcripts, _, _ = await hold(place(tmp_path, "a"), SESSION)
    replay = Replay(transcripts)
    await hold(place(tmp_path, "b"), replay.answer, upstream_notes="Something new.")

    [first] = replay.divergences
    assert ("20261125-020000-abcd/1/1/orchestrator", 1) == (first.conversation, first.turn)
    assert "Notes of earlier phases:" in first.what


async def test_an_attempt_that_a_crash_cut_off_is_left_out(tmp_path: Path) -> None:
    """The replay's first attempt is the second of the record."""
    _, transcripts, _, _ = await hold(place(tmp_path, "a"), SESSION, attempt=2)
    crashed = {"conversation": "20261125-020000-abcd/1/1/orchestrator", "system": "x", "model": "m"}
    transcripts.write("20261125-020000-abcd/1/1/orchestrator", {"type": "conversation", "fixed": crashed})
    replay = Replay(transcripts)
    _, _, asked, _ = await hold(place(tmp_path, "b"), replay.answer, attempt=1)

    assert asked == replay.recorded_requests
    [difference] = replay.divergences
    assert "Attempt: 2" in difference.what


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("built in 0.36s", "built in 12.07s"),
        ("test a ... ok\ntest b ... ok", "test b ... ok\ntest a ... ok"),
        ("/s/x/workspaces/2026-a/phase-1/src", "/t/y/workspaces/2026-b/phase-1/src"),
        ("deps/tiny-0123456789abcdef", "deps/tiny-fedcba9876543210"),
    ],
)
def test_what_no_two_runs_share_is_no_difference(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_what_was_said_is_a_difference() -> None:
    assert comparable("3 passed; 0 failed") != comparable("2 passed; 1 failed")
