"""Whole plans in every dialect: what a careful reader takes from the files in tests/plans."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from support_plans import PLANS, found, phase_text, plan_of, stored

from parsers.read_plan import read_plan
from phasewright.errors import UsageError
from phasewright.plan import FileChanges, PhaseKind, PhaseState


@dataclass(frozen=True)
class Shape:
    """A stored plan and its phases: id → upstreams."""

    id: str
    depends_on: dict[str, tuple[str, ...]]
    owners: tuple[str | None, ...]
    criteria: tuple[int, ...]


RUST = "Rust Developer"
SHAPES = [
    Shape(
        "bold_fields",
        {"0": (), "1": (), "2": ("0",), "3": ("0", "1", "2")},
        (RUST, None, "Feature Tester (Rust)", RUST),
        (2, 0, 4, 0),
    ),
    Shape(
        "property_table",
        {"1": (), "1.5": ("1",), "7a": ("1", "1.5"), "7b": ("1", "1.5", "7a"), "8": ("1", "1.5", "7a", "7b")},
        ("general-purpose", None, "feature-tester-rust", "feature-tester-rust", "rust-architect"),
        (2, 0, 0, 0, 0),
    ),
    Shape("inline_pipes", {"1": (), "2": ("1",), "3": ("1", "2")}, ("general-purpose", "human", "Explore"), (2, 1, 1)),
    Shape("sub_headings", {"1": (), "2": (), "3": ("1", "2"), "4": ("3",)}, (RUST, RUST, None, None), (2, 1, 2, 0)),
    Shape("terse", {"1": (), "2": (), "10": ()}, (None, None, None), (0, 0, 0)),
    Shape("nested_fence", {"1": (), "2": ("1",)}, (RUST, RUST), (1, 1)),
    Shape(
        "property_list",
        {"1": (), "2": ("1",), "3": ("2",)},
        ("rust-developer", "rust-developer", "Schema Architect"),
        (2, 2, 1),
    ),
    Shape("lookalikes", {"1": ()}, (RUST,), (1,)),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
def test_a_plan_is_read_as_its_author_meant_it(shape: Shape) -> None:
    plan = stored(shape.id)

    assert shape.depends_on == {phase.id: phase.depends_on for phase in plan.phases}
    assert shape.owners == tuple(phase.owner for phase in plan.phases)
    assert shape.criteria == tuple(len(phase.acceptance_criteria) for phase in plan.phases)
    assert plan.is_executable


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
def test_lines_are_those_of_the_file(shape: Shape) -> None:
    """A phase's line is its heading's, a criterion's its box's, and the text is the file's, front matter counted."""
    lines = (PLANS / f"{shape.id}.md").read_text().split("\n")
    for phase in stored(shape.id).phases:
        assert f"Phase {phase.id}" in lines[phase.line - 1]
        assert "\n".join(lines[phase.line - 1 : phase.last_line]).rstrip() + "\n" == phase.text
        for criterion in phase.acceptance_criteria:
            assert criterion.text in lines[criterion.line - 1]


def test_files_land_in_the_bucket_that_the_plan_names() -> None:
    phase = stored("bold_fields").phase("2")

    assert phase is not None
    assert (
        FileChanges(
            create=(
                "Cargo.toml",
                "lib/src/count.rs",
                "tests/fixtures/",
                "tests/fixtures/simple.txt",
                "lib/src/count/words.rs",
            ),
            modify=("lib/src/lib.rs", "lib/src/either.rs"),
            delete=("lib/src/old.rs",),
            move=(("lib/src/a.rs", "lib/src/b.rs"),),
        )
        == phase.files
    )


def test_a_phase_may_set_its_own_clock_and_counts() -> None:
    phase = stored("bold_fields").phase("2")

    assert phase is not None
    assert (25.0, 0, 1) == (phase.timeout_seconds, phase.retries, phase.repair_rounds)
    assert ("count::tests::old_behaviour",) == phase.tests_to_change


@pytest.mark.parametrize(
    ("value", "tests"),
    [
        ("`tests::adds`", ("tests::adds",)),
        ("tests::keeps", ("tests::keeps",)),
        ("`it_does_not_panic` and `adds`", ("it_does_not_panic", "adds")),
        ("none", ()),
        ("None; `tests::adds` stays as it is", ()),
        ("`tests::adds`; `tests::subtracts` remains", ("tests::adds",)),
        ("none in `tests/cli.rs`", ()),
        ("`tests/cli.rs` gets new tests", ()),
    ],
)
def test_tests_that_stay_are_not_among_those_that_may_change(value: str, tests: tuple[str, ...]) -> None:
    phase = plan_of(phase_text(f"**Goal:** Count\n\n**Tests to change:** {value}")).phase("1")

    assert phase is not None
    assert tests == phase.tests_to_change


def test_crates_come_from_fences_bullets_and_sentences() -> None:
    bold, table = stored("bold_fields").phase("2"), stored("property_table").phase("1")

    assert bold and table
    assert [("serde", "1.0", False), ("insta", "1", True), ("semver", "1.0", False)] == [
        (crate.name, crate.requirement, crate.dev) for crate in bold.crate_dependencies
    ]
    assert {"lib/Cargo.toml"} == {crate.manifest for crate in bold.crate_dependencies}
    assert ["ec4rs", "serde", "dirs", "wgpu"] == [crate.name for crate in table.crate_dependencies]


def test_states_come_from_headings_not_from_unticked_boxes() -> None:
    states = [phase.state for phase in stored("done").phases]

    complete, pending, skipped = PhaseState.COMPLETE, PhaseState.PENDING, PhaseState.SKIPPED
    assert [complete, pending, complete, skipped, pending] == states


def test_a_research_phase_is_a_design_phase_and_says_so() -> None:
    plan = stored("property_table")

    assert ["1.5"] == [phase.id for phase in plan.phases if phase.kind == PhaseKind.DESIGN]
    assert 1 == len(found(plan, "design-phase"))


def test_type_wins_over_the_name() -> None:
    plan = plan_of(phase_text("**Type:** implementation", "### Phase 1: Design the schema"))

    assert PhaseKind.IMPLEMENTATION == plan.phases[0].kind


def test_without_dependency_fields_the_document_order_counts() -> None:
    plan = stored("terse")

    assert [(), ("1",), ("2",)] == [phase.runs_after for phase in plan.phases]
    assert 1 == len(found(plan, "document-order"))


@pytest.mark.parametrize(("name", "cause"), [
    ("execution_log", "execution log of '.ai/plans/2026-01-05.schematic.md'"),
    ("review", "review of '.ai/plans/2025-12-23-code-highlighting.md'"),
    ("notes", "headings seen: 'Queue CLI Kickoff Plan', 'Goals', 'CLI Design'"),
])  # fmt: skip
def test_what_is_no_plan_is_refused_with_its_cause(name: str, cause: str) -> None:
    plan = stored(name)

    assert not plan.is_executable
    assert cause in plan.diagnostics[0].message


@pytest.mark.parametrize("level", ["#", "##", "###"])
def test_what_is_written_back_is_no_part_of_the_last_phase(level: str) -> None:
    text = f"{level} Phase 1: A\n\n**Goal:** x\n"
    written = text + "\n## Execution Checkpoints\n\n```yaml\n- phase_1:\n    status: complete\n```\n"
    summary = text + "\n## Implementation Summary\n\n- Phase 1: A - Complete\n"

    assert {text} == {plan_of(each).phases[0].text for each in (text, written, summary)}


def test_slug_is_the_name_without_date_and_prefix() -> None:
    assert "counting" == plan_of("").slug
    assert "plan" == plan_of("", name="2026-02-01..md").slug
    assert "a-b" == plan_of("", name="a b.lock.md").slug.removesuffix("lock").rstrip("-.")


def test_title_falls_back_to_the_slug() -> None:
    assert "property_table" == stored("property_table").title
    assert "Word counter" == stored("bold_fields").title


@pytest.mark.parametrize(("status", "implemented", "ready"), [
    ("**Status:** Reviewed - Ready for Implementation", False, True),
    ("**Status:** ✅ Implemented", True, False),
    ("**Status:** Draft - Awaiting Review", False, False),
    ("**Status**: Planning", False, False),
])  # fmt: skip
def test_status_decides_what_nightly_takes_and_what_is_done(status: str, implemented: bool, ready: bool) -> None:
    plan = plan_of(f"# A\n\n{status}\n\n### Phase 1: B\n\n**Status:** Not started\n")

    assert (implemented, ready) == (plan.is_implemented, plan.is_ready)


@pytest.mark.parametrize(("value", "implemented", "ready"), [
    ("done", False, False), ("ready", False, True), ("reviewed", False, True), ("implemented", True, False),
])  # fmt: skip
def test_front_matter_status(value: str, implemented: bool, ready: bool) -> None:
    plan = plan_of(f'---\nstatus: "{value}"\n---\n# A\n\n**Status:** other\n\n### Phase 1: B\n')

    assert (value, implemented, ready) == (plan.status, plan.is_implemented, plan.is_ready)


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_plan(tmp_path / "none.md")
    with pytest.raises(UsageError, match="folder"):
        read_plan(tmp_path)
