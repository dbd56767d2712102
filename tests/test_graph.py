"""The order of a plan as text, mermaid and SVG."""

import subprocess
import sys
import xml.etree.ElementTree as ET

from support_plans import PLANS, plan_of, stored

from phasewright.dag import build_dag
from phasewright.graph.drawing import graph_svg
from phasewright.graph.mermaid import escaped, graph_mermaid
from phasewright.graph.text import graph_text

SVG = "{http://www.w3.org/2000/svg}"

NASTY = """\
### Phase 1: <b>"it's"</b> & `x::<T>` \\n %%

**Dependencies:** None
**Files:** `a.rs`

### Phase 1.5: ends; with (all) | [kinds] {of} #marks

**Dependencies:** None
**Files:** `a.rs`

### Phase 7a: 単語を数える ✅

**Dependencies:** Phase 1
"""


def test_text_shows_levels_reasons_and_the_critical_path() -> None:
    plan = stored("property_table")
    text = graph_text(plan, build_dag(plan))

    assert "property_table: 5 phases, 5 levels, at most 1 at a time\n" == text[: text.index("\n") + 1]
    assert "  1.5  Validation Strategy Research (NEW)  [general-purpose, design]  after 1\n" in text
    assert "critical path: 1 -> 1.5 -> 7a -> 7b -> 8\n" in text


def test_text_shows_what_files_order() -> None:
    plan = plan_of(NASTY)

    assert "  1 -> 1.5  a.rs\n" in graph_text(plan, build_dag(plan))


def test_mermaid_names_nodes_and_edges() -> None:
    plan = plan_of(NASTY)
    lines = graph_mermaid(plan, build_dag(plan)).splitlines()

    assert "flowchart LR" == lines[0]
    assert '    p1_5["1.5: ends#59; with (all) #124; #91;kinds#93; #123;of#125; #35;marks"]' in lines
    assert "    p1 --> p7a" in lines
    assert '    p1 -. "a.rs" .-> p1_5' in lines


def test_mermaid_labels_hold_no_markup() -> None:
    assert not set('<>"`#;{}[]|&\\%') & set(escaped('<b>"`{}[]|&\\%').replace("#", "").replace(";", ""))


def test_svg_is_well_formed_and_shows_every_phase() -> None:
    plan = plan_of(NASTY)
    root = ET.fromstring(graph_svg(plan, build_dag(plan)).encode())
    titles = [title.text for title in root.iter(f"{SVG}title")]
    texts = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))

    assert {"1", "1.5", "7a"} <= set(titles)
    assert """<b>"it's"</b> & `x::<T>` \\n""" in texts
    assert "単語を数える ✅" in texts


def test_a_refused_plan_has_no_graph() -> None:
    run = "import sys; from phasewright.cli import main; main()"
    command = [sys.executable, "-c", run, "graph", str(PLANS / "review.md")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert (1, "") == (done.returncode, done.stdout)
    assert "error[not-a-plan]" in done.stderr
