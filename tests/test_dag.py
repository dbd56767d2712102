"""The order of phases: dependencies, files, levels, critical path, cycles."""

from phasewright.dag import build_dag, find_cycle
from phasewright.plan import FileChanges, Phase, Plan


def plan_with(upstreams: dict[str, list[str]], files: dict[str, list[str]] | None = None) -> Plan:
    phases = tuple(
        Phase(
            id=phase,
            name=phase,
            line=i,
            depends_on=tuple(before),
            files=FileChanges(modify=tuple((files or {}).get(phase, ()))),
        )
        for i, (phase, before) in enumerate(upstreams.items(), 1)
    )
    return Plan(title="t", slug="t", phases=phases)


DIAMOND = {"1": [], "2": ["1"], "3": ["1"], "4": ["3"], "5": ["2", "4"]}


def test_levels_hold_what_may_run_together() -> None:
    assert (("1",), ("2", "3"), ("4",), ("5",)) == build_dag(plan_with(DIAMOND)).levels()


def test_critical_path_is_the_longest_chain() -> None:
    assert ("1", "3", "4", "5") == build_dag(plan_with(DIAMOND)).critical_path()


def test_priority_is_the_way_to_the_end() -> None:
    dag = build_dag(plan_with(DIAMOND))

    assert {"1": 4, "2": 2, "3": 3, "4": 2, "5": 1} == {phase: dag.priority(phase) for phase in DIAMOND}


def test_phases_on_one_file_are_ordered() -> None:
    dag = build_dag(plan_with({"1": [], "2": [], "3": []}, {"1": ["a.rs"], "2": ["a.rs"], "3": ["a.rs"]}))

    assert (("1", "2", "a.rs"), ("2", "3", "a.rs")) == dag.ordered_by_files
    assert (("1",), ("2",), ("3",)) == dag.levels()
    assert ("2",) == dag.all_upstreams("3")


def test_a_folder_overlaps_what_it_holds() -> None:
    dag = build_dag(plan_with({"1": [], "2": [], "3": []}, {"1": ["tests/"], "2": ["tests/a/b.rs"], "3": ["tests/a/"]}))

    assert (("1", "2", "tests/a/b.rs"), ("2", "3", "tests/a/")) == tuple(dag.ordered_by_files)


def test_order_by_files_makes_no_cycle() -> None:
    """Phase 1 waits for 4, 3 for 2; 1 and 2 share a file, 3 and 4 another: document order alone would close a ring."""
    upstreams = {"1": ["4"], "2": [], "3": ["2"], "4": []}
    dag = build_dag(plan_with(upstreams, {"1": ["a"], "2": ["a"], "3": ["b"], "4": ["b"]}))

    assert () == find_cycle({phase: dag.all_upstreams(phase) for phase in upstreams})
    assert (("3", "4", "b"),) == dag.ordered_by_files


def test_phases_that_depend_on_one_another_are_not_ordered_again() -> None:
    assert () == build_dag(plan_with({"1": [], "2": ["1"]}, {"1": ["a"], "2": ["a"]})).ordered_by_files


def test_a_cycle_is_shown_as_a_path() -> None:
    assert ("2", "4", "2") == find_cycle({"1": [], "2": ["4", "1"], "3": ["2"], "4": ["2"]})
    assert ("1", "1") == find_cycle({"1": ["1"]})
    assert () == find_cycle(DIAMOND)


def test_ten_thousand_phases_in_a_row() -> None:
    upstreams = {str(i): [str(i - 1)] if i else [] for i in range(10_000)}
    dag = build_dag(plan_with(upstreams, {phase: ["a.rs"] for phase in upstreams}))

    assert 10_000 == len(dag.critical_path())
    assert 10_000 == dag.priority("0")


def test_document_order_is_taken_where_the_plan_says_nothing() -> None:
    phases = (Phase(id="1", name="a", line=1), Phase(id="2", name="b", line=2, runs_after=("1",)))

    assert (("1",), ("2",)) == build_dag(Plan(title="t", slug="t", phases=phases)).levels()
