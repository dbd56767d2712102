"""The report of a run: costs that add up, a timeline, and one HTML file that nothing can break out of."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from support_bench import git, make_workspace

from phasewright.gate.bundle import write_bundle
from phasewright.git.repository import find_repository
from phasewright.options import RunOptions
from phasewright.record.events import Event, Story
from phasewright.record.places import Places
from phasewright.record.run_record import RunRecord
from phasewright.record.transcript import ConversationCost, Transcripts
from phasewright.report.costs import cost_tables, costs_markdown, total
from phasewright.report.dossier import Dossier, gather
from phasewright.report.html import diff_lines, render_html
from phasewright.report.timeline import bars, timeline
from phasewright.result import (
    Evidence,
    Finding,
    Judgement,
    PhaseClaim,
    PhaseStatus,
    Reason,
    Usage,
    Verdict,
)

RUN = "20261125-020000-abcd"
NASTY = "</pre><script>alert(1)</script>\x1b[31m\u202egnirts {{ 7 * 7 }} <img src=x onerror=alert(2)>"


def cost(phase: str, agent: str, model: str, usd: float, requests: int = 1) -> ConversationCost:
    usage = Usage(input_tokens=100, cache_read_input_tokens=300, output_tokens=10, usd=usd)
    name = f"{RUN}/{phase}/1/{agent}"
    return ConversationCost(
        conversation=name, phase=phase, agent=agent, model=model, turns=1, requests=requests, usage=usage
    )


COSTS = [cost("1", "orchestrator", "a", 0.1), cost("1", "rust", "b", 0.4, 3), cost("2", "orchestrator", "a", 0.25)]


def test_costs_add_up_whatever_they_are_told_by() -> None:
    tables = {table.by: {row.name: row.usage.usd for row in table.rows} for table in cost_tables(COSTS)}

    assert {"1": 0.5, "2": 0.25} == tables["phase"]
    assert {"rust": 0.4, "orchestrator": 0.35} == tables["agent"]
    assert {"b": 0.4, "a": 0.35} == tables["model"]
    assert (0.75, 5, 3) == (total(COSTS).usage.usd, total(COSTS).requests, total(COSTS).conversations)
    assert 0.75 == total(COSTS).cached


def test_the_dearest_comes_first() -> None:
    assert ["1", "2"] == [row.name for row in cost_tables(COSTS)[0].rows]
    assert "| all | 3 | 5 | 300 | 900 | 75% | 30 | 0.7500 |" in costs_markdown(COSTS)
    assert "none" in costs_markdown([])


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "srcset"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def judged(folder: Path, base: str, candidate: str) -> str:
    finding = Finding(check="files", code="file-missing", severity="error", message=NASTY, path="src/<b>.rs", line=3)  # type: ignore[arg-type]
    verdict = Verdict(status=PhaseStatus.PARTIAL, findings=(finding,))
    evidence = Evidence(base_commit=base, candidate_commit=candidate, candidate_tree="t", verdict=verdict)
    return write_bundle(Judgement(verdict=verdict, reason=Reason.VERIFY_FAILED, evidence=evidence))


async def a_run(tmp_path: Path) -> Dossier:
    """Return what is on record about a made-up run with one attempt that lies."""
    workspace = make_workspace(tmp_path)
    base = git(workspace, "rev-parse", "HEAD")
    (workspace / "evil.rs").write_text(f"// {NASTY}\n")
    git(workspace, "add", "-A")
    git(workspace, "commit", "-q", "-m", "candidate")
    repository = await find_repository(workspace)
    places = Places(folder=tmp_path / "state")
    places.run(RUN)
    (places.evidence(RUN) / "phase-7a-1.json").write_text(judged(workspace, base, git(workspace, "rev-parse", "HEAD")))
    claim = PhaseClaim(summary=f"All done. {NASTY}")
    transcripts = Transcripts(places.transcripts(RUN))
    name = f"{RUN}/7a/1/orchestrator"
    reply = {"content": [{"type": "text", "text": claim.model_dump_json()}]}
    transcripts.write(name, {"type": "conversation", "fixed": {"conversation": name, "model": "claude-sonnet-5-5"}})
    transcripts.write(name, {"type": "try", "turn": 1, "reply": reply, "usage": COSTS[0].usage.model_dump()})
    transcripts.write(name, {"type": "end", "reason": None})
    story = Story(places.run(RUN) / "events.jsonl")
    for kind in ("phase-started", "verify-started", "verdict", "phase-ended"):
        story.tell(kind, "7a", status="PARTIAL")
    record = RunRecord(
        run=RUN,
        plan=str(workspace / "plan.md"),
        slug="plan",
        repo=str(workspace),
        branch="phasewright/plan/x",
        base_commit=base,
        head_at_start=base,
        options=RunOptions(),
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        pid=1,
    )
    return await gather(repository, places, record)


async def test_everything_on_record_is_gathered(tmp_path: Path) -> None:
    dossier = await a_run(tmp_path)

    [attempt] = dossier.attempts
    assert ("7a", 1, ()) == (attempt.phase, attempt.number, attempt.problems)
    assert attempt.claim is not None
    assert "the agents say done, the gate says PARTIAL (file-missing)" == attempt.difference
    assert "+// </pre><script>" in attempt.diff
    assert ["phase", "gate", "agent"] == sorted({s.kind for s in dossier.spans}, key=["phase", "gate", "agent"].index)
    assert 0.1 == total(dossier.costs).usage.usd


async def test_what_agents_wrote_cannot_break_out_of_the_page(tmp_path: Path) -> None:
    page = render_html(await a_run(tmp_path))
    outline = Outline()
    outline.feed(page)

    assert not {"script", "img", "iframe", "link", "object"} & set(outline.tags)
    assert ([], []) == (outline.addresses, outline.handlers)
    assert "{{ 7 * 7 }}" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\\u202e" in page
    assert outline.tags.count("details") == page.count("</details>")


async def test_the_page_says_where_claim_and_verdict_differ(tmp_path: Path) -> None:
    page = render_html(await a_run(tmp_path))

    assert '<p class="differs">the agents say done, the gate says PARTIAL (file-missing)</p>' in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


async def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    dossier = await a_run(tmp_path)

    assert render_html(dossier) == render_html(dossier)


async def test_a_changed_bundle_is_said_to_be_changed(tmp_path: Path) -> None:
    dossier = await a_run(tmp_path)
    file = tmp_path / "state/runs" / RUN / "evidence/phase-7a-1.json"
    file.write_text(file.read_text().replace("file-missing", "file-mossing"))
    repository = await find_repository(tmp_path / "workspace")

    again = await gather(repository, Places(folder=tmp_path / "state"), dossier.record)
    assert "the seal does not fit" in again.attempts[0].problems[0]


def event(kind: str, second: int, phase: str = "1", **facts: Any) -> Event:
    return Event(at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second), kind=kind, phase=phase, facts=facts)


def test_a_timeline_shows_what_never_ended(tmp_path: Path) -> None:
    events = [event("phase-started", 0), event("verify-started", 4), event("status", 10)]

    spans = timeline(events, Transcripts(tmp_path))
    assert [("phase", 10.0, "not ended"), ("gate", 6.0, "not ended")] == [(s.kind, s.seconds, s.status) for s in spans]
    assert [(0.0, 100.0), (40.0, 60.0)] == [(bar.left, bar.width) for bar in bars(spans)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [("+new", "added"), ("-old", "removed"), (" same", "same"), ("--- removed dashes", "removed"), ("", "same")],
)
def test_a_line_of_a_hunk_is_what_its_first_character_says(line: str, kind: str) -> None:
    diff = f"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n{line}"

    assert kind == list(diff_lines(diff))[-1].kind
    assert ["file", "same", "same", "hunk"] == [found.kind for found in diff_lines(diff)][:4]


async def test_a_record_cut_anywhere_is_still_shown(tmp_path: Path) -> None:
    """Killed while it wrote: any file of the record may end anywhere, in the middle of a character too."""
    whole = await a_run(tmp_path)
    repository, places = await find_repository(tmp_path / "workspace"), Places(folder=tmp_path / "state")
    transcripts = Transcripts(places.transcripts(RUN))
    transcripts.write(f"{RUN}/7a/1/orchestrator", {"type": "tool", "name": "bash", "output": "é" * 40})
    (places.run(RUN) / "report.json").write_text('{"run": "é"', encoding="utf-8")
    for file in [path for path in places.run(RUN).rglob("*") if path.is_file()]:
        content = file.read_bytes()
        for end in sorted({0, 1, len(content) - 2, *range(3, len(content), max(1, len(content) // 9))}):
            file.write_bytes(content[:end])
            cut = await gather(repository, places, whole.record)

            assert "</html>" in render_html(cut)
            assert costs_markdown(cut.costs)
        file.write_bytes(content[:-4] + "é".encode()[:1])
        assert "</html>" in render_html(await gather(repository, places, whole.record))
        file.write_bytes(content)
