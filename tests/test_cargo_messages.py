"""Cargo's JSON and libtest's reports as values: pure cases."""

import json
from pathlib import Path

import pytest

from phasewright.cargo.doc_tests import read_doc_report
from phasewright.cargo.messages import TestBinary, is_lint, read_messages
from phasewright.cargo.suite import read_report
from phasewright.toolchain.outcomes import Identity
from phasewright.toolchain.workspace import Member, Workspace

BINARY = TestBinary(executable="/t/a", package="p", kind="lib", target="a")
NOWHERE = Path("/c")


def lint(line: int, source: str = "x") -> str:
    span = {
        "is_primary": True,
        "file_name": "src/a.rs",
        "line_start": line,
        "column_start": 1,
        "text": [{"text": f"  {source} "}],
    }
    message = {
        "level": "warning",
        "code": {"code": "dead_code"},
        "message": "never used",
        "spans": [span],
        "rendered": "r",
    }
    return json.dumps({"reason": "compiler-message", "message": message}).replace('{"reason": ', '{"reason":', 1)


def event(**fields: object) -> dict[str, object]:
    return {"type": "test", **fields}


def report(
    events: list[dict[str, object]],
    exit_code: int | None,
    *,
    listed: tuple[str, ...] = ("one",),
    timed_out: bool = False,
):
    rows: list[dict[str, object]] = [{"name": name, "source_path": "src/a.rs", "start_line": 3} for name in listed]
    return read_report(BINARY, rows, events, exit_code, timed_out, NOWHERE, NOWHERE)


def passing() -> list[dict[str, object]]:
    ok = {"type": "suite", "event": "ok", "passed": 1, "failed": 0, "ignored": 0}
    return [event(event="started", name="one"), event(event="ok", name="one"), ok]


def test_a_lint_that_moves_keeps_its_key_and_counts_once_a_place() -> None:
    """A library is compiled twice, for itself and for its tests; the same place is one lint."""
    once = read_messages("\n".join([lint(3), lint(3), "noise", lint(9)]))

    assert ["dead_code|src/a.rs|x"] * 2 == [one.lint_key for one in once.messages if is_lint(one)]


def test_an_identity_survives_being_written() -> None:
    identity = Identity("p", "doc", "src/lib.rs", "add#1")

    assert identity == Identity.read(str(identity))


def test_a_report_that_adds_up_is_believed() -> None:
    outcomes = report(passing(), 0)

    assert ({"p/lib/a::one": "ok"}, ()) == (outcomes.outcomes, outcomes.broken)
    assert {"p/lib/a::one": "src/a.rs:3"} == outcomes.places


@pytest.mark.parametrize(
    ("events", "exit_code"),
    [
        pytest.param(passing()[:2], 0, id="no summary"),
        pytest.param(passing()[:1], 0, id="exit(0) inside a test"),
        pytest.param(passing(), 101, id="exit code against the summary"),
        pytest.param(passing()[1:], 0, id="a test without a start"),
        pytest.param([*passing()[:2], *passing()[1:]], 0, id="a test reported twice"),
        pytest.param(
            [*passing()[:1], event(event="failed", name="one"), *passing()[2:]], 101, id="summary against the tests"
        ),
    ],
)
def test_a_report_that_does_not_add_up_is_broken(events: list[dict[str, object]], exit_code: int) -> None:
    assert report(events, exit_code).broken


def test_a_test_that_was_never_listed_is_noticed() -> None:
    assert ("p/lib/a: one ran but was not listed",) == report(passing(), 0, listed=()).broken


def test_a_deadline_names_the_test_that_hung() -> None:
    outcomes = report(passing()[:1], None, timed_out=True)

    assert (("p/lib/a::one",), ()) == (outcomes.hung, outcomes.broken)


def test_doc_tests_keep_their_identity_when_lines_move() -> None:
    text = "   Doc-tests tiny\ntest src/lib.rs - add (line 5) ... ok\n"
    text += "test src/lib.rs - add (line 9) - compile fail ... FAILED\n"
    outcomes = read_doc_report(text, 101, timed_out=False)

    assert {"tiny/doc/src/lib.rs::add#1": "ok", "tiny/doc/src/lib.rs::add#2": "failed"} == outcomes.outcomes


def test_type_parameters_are_no_part_of_a_doc_tests_name() -> None:
    text = "   Doc-tests tiny\ntest src/lib.rs - Map<K, Vec<V>>::get (line 5) ... ok\n"

    assert {"tiny/doc/src/lib.rs::Map::get#1": "ok"} == read_doc_report(text, 0, timed_out=False).outcomes


def test_doc_tests_that_do_not_compile_at_all_are_broken() -> None:
    assert ("doc tests failed without naming a test: error: no",) == read_doc_report(
        "error: no", 101, timed_out=False
    ).broken


def test_a_workspace_without_libraries_has_no_doc_tests() -> None:
    assert () == read_doc_report("error: no library targets found in package `a`", 101, timed_out=False).broken


def test_a_change_reaches_the_packages_that_depend_on_it() -> None:
    workspace = Workspace(
        members=(
            Member(name="a", folder="a"),
            Member(name="b", folder="b", depends_on=("a",)),
            Member(name="c", folder="c", depends_on=("b",)),
            Member(name="d", folder="d"),
        )
    )

    assert ("a", "b", "c") == workspace.affected_by(["a/src/lib.rs"])
    assert None is workspace.affected_by(["a/src/lib.rs", "README.md"])


def test_examples_of_one_item_are_numbered_as_they_stand_in_the_file() -> None:
    def report(*lines: int) -> dict[str, str]:
        words = {lines[0]: "ok", lines[1]: "ignored", lines[2]: "ok"}
        told = sorted(f"test src/lib.rs - f (line {line}) ... {word}\n" for line, word in words.items())
        return read_doc_report("   Doc-tests tiny\n" + "".join(told), 0, timed_out=False).outcomes

    assert report(85, 92, 98) == report(95, 102, 108) == report(98, 105, 1111)
