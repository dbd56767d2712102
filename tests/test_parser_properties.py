"""What holds for every text: nothing raises, places are inside the file, the order has no cycle, fixes are safe."""

import json
import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_plans import PLANS, plan_of

from parsers.fixes import fixed
from parsers.plan_json import plan_json
from phasewright.dag import build_dag, find_cycle
from phasewright.diagnostics import CODES
from phasewright.plan import Plan

SEEDS = [path.read_text() for path in sorted([*PLANS.glob("*.md"), *PLANS.glob("foreign/*.md")])]
LINES = sorted({line for seed in SEEDS for line in seed.split("\n")})
IDS = st.sampled_from(["0", "1", "1.5", "2", "3", "7a", "7b", "10"])
HEADINGS = st.builds("{} Phase {}: {}".format, st.sampled_from(["#", "##", "###"]), IDS, st.text(max_size=12))
FIELDS = st.builds("**{}:** {}".format, st.sampled_from(["Dependencies", "Deps", "Files to create", "Blast Radius", "Timeout", "Status"]), st.text(max_size=30) | IDS.map("Phase {}".format) | IDS.map("`src/{}.rs`".format))  # fmt: skip  # noqa: E501
MARKS = st.sampled_from(["", "```", "```markdown", "~~~", "---", "| a | b |", "|---|---|", "- [ ] x", "- [x] y", "  - z", "> q", "<!--", "\t", "\r", "\0", "\ufeff", "\u2028"])  # fmt: skip  # noqa: E501
PLAN_LIKE = st.lists(HEADINGS | FIELDS | MARKS | st.sampled_from(LINES) | st.text(max_size=20), max_size=40).map(
    "\n".join
)
TEXTS = PLAN_LIKE | st.text(max_size=400)
EXAMPLES = settings(
    max_examples=int(os.environ.get("PHASEWRIGHT_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def assert_sound(plan: Plan, text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in plan.diagnostics:
        assert CODES[diagnostic.code].severity == diagnostic.severity
        assert 1 <= diagnostic.span.line <= max(1, len(lines))
        assert diagnostic.span.column >= 1
        assert diagnostic.message and "\n" not in diagnostic.message
    for phase in plan.phases:
        assert 1 <= phase.line <= phase.last_line <= len(lines)
        for path in phase.files.paths():
            assert not path.startswith("/") and ".." not in path.split("/") and "\0" not in path


@EXAMPLES
@given(TEXTS)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    plan = plan_of(text)

    assert_sound(plan, text)
    json.dumps(plan_json(plan))


@EXAMPLES
@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_exception(raw: bytes) -> None:
    plan = plan_of(raw)

    assert plan.phases or not plan.is_executable


@EXAMPLES
@given(PLAN_LIKE)
def test_a_plan_that_can_be_run_has_an_order(text: str) -> None:
    plan = plan_of(text)
    if not plan.is_executable:
        return
    dag = build_dag(plan)
    ids = [phase.id for phase in plan.phases]

    assert () == find_cycle({phase: dag.all_upstreams(phase) for phase in ids})
    assert sorted(ids) == sorted(phase for level in dag.levels() for phase in level)
    assert len({phase.casefold() for phase in ids}) == len(ids) > 0


@EXAMPLES
@given(PLAN_LIKE)
def test_reading_is_a_function_of_the_text(text: str) -> None:
    assert plan_of(text) == plan_of(text)


@EXAMPLES
@given(PLAN_LIKE)
def test_fixes_keep_every_phase_and_need_no_second_turn(text: str) -> None:
    raw = text.encode("utf-8", "replace")
    once = fixed(raw)

    assert once == fixed(once)
    before, after = plan_of(raw), plan_of(once)
    assert {phase.id for phase in before.phases} <= {phase.id for phase in after.phases}
    if once == raw:
        return
    assert not (before.is_executable and not after.is_executable)


@EXAMPLES
@given(st.sampled_from(SEEDS), st.data())
def test_a_plan_with_a_line_less_is_still_read(seed: str, data: st.DataObject) -> None:
    lines = seed.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[:at] + lines[at + 1 :])

    assert_sound(plan_of(text), text)


def test_the_name_of_a_plan_is_always_fit_for_a_branch() -> None:
    @EXAMPLES
    @given(st.text(min_size=1, max_size=60).filter(lambda name: "/" not in name and "\0" not in name))
    def check(name: str) -> None:
        slug = plan_of("", name=name if Path(name).name else "x").slug
        assert slug and slug.isascii() and not slug.startswith((".", "-")) and not slug.endswith((".", ".lock"))
        assert ".." not in slug and not set(slug) & set(" ~^:?*[\\")

    check()
