"""`phasewright check` as a process: exit codes, output, and what it does not import."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support_plans import PLANS

RUN = "import sys; from phasewright.cli import main; sys.argv[0] = 'phasewright'; main()"


def check(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60)


def test_json_holds_the_plan_and_its_diagnostics() -> None:
    done = check("--json", PLANS / "bold_fields.md")
    plan = json.loads(done.stdout)

    assert 0 == done.returncode
    assert ["0", "1", "2", "3"] == [phase["id"] for phase in plan["phases"]]
    assert {"severity", "code", "line", "column", "end_column", "message", "hint"} == set(plan["diagnostics"][0])


def test_a_refused_plan_exits_with_1_and_still_prints_json() -> None:
    done = check("--json", PLANS / "review.md")

    assert 1 == done.returncode
    assert "not-a-plan" == json.loads(done.stdout)["diagnostics"][0]["code"]


def test_lines_name_file_line_column_severity_and_code() -> None:
    done = check(PLANS / "lookalikes.md")

    assert f"{PLANS}/lookalikes.md:16:1: warning[phase-like-heading]: this heading looks like phase 3" in done.stdout
    assert f"{PLANS}/lookalikes.md:20:1: warning[phase-like-heading]: this heading looks like phase 7" in done.stdout


def test_a_missing_file_exits_with_2() -> None:
    done = check("no-such-plan.md")

    assert (2, "") == (done.returncode, done.stdout)
    assert "phasewright: cannot read the plan 'no-such-plan.md': No such file or directory\n" == done.stderr


def test_without_a_plan_every_plan_of_the_repository_is_checked(tmp_path: Path) -> None:
    assert 2 == check(cwd=tmp_path).returncode
    (tmp_path / ".ai/plans").mkdir(parents=True)
    for name in ("a.md", "b.md"):
        (tmp_path / ".ai/plans" / name).write_text("### Phase 1: A\n")
    done = check(cwd=tmp_path)

    assert 0 == done.returncode
    assert {".ai/plans/a.md", ".ai/plans/b.md"} == {
        line.split(":")[0] for line in done.stdout.splitlines() if ": " in line and line.startswith(".ai")
    }


@pytest.mark.parametrize("arguments", [["check", str(PLANS / "bold_fields.md")], ["--help"], ["check", "--help"]])
def test_neither_prefect_nor_anthropic_is_imported(arguments: list[str]) -> None:
    probe = "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); " + RUN
    done = subprocess.run([sys.executable, "-c", probe, *arguments], capture_output=True, text=True, timeout=60)
    modules = set(done.stderr.split())

    assert 0 == done.returncode
    assert set() == {"prefect", "anthropic", "pygraphviz", "asyncio"} & modules


def in_terminal(*arguments: str | Path) -> str:
    """Return what the command prints on a terminal."""
    import os
    import pty

    command = [sys.executable, "-c", RUN, "check", *map(str, arguments)]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, env=os.environ | {"NO_COLOR": "1"}
    ) as done:
        os.close(theirs)
        printed = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            printed += piece
        done.wait(60)
    os.close(ours)
    return printed.decode().replace("\r\n", "\n")


def test_a_terminal_shows_the_line_a_caret_and_help(tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_text("### Phase 1: 単語 A\n\n**Dependencies:** Phase 1, Phase 9\n")
    text = in_terminal(plan)

    assert f"{plan}:3:34: error[unknown-dependency]: phase 1 depends on 'phase 9'" in text
    assert "   3 | **Dependencies:** Phase 1, Phase 9\n     |                                  ^\n" in text
    assert "   1 | ### Phase 1: 単語 A\n     | ^^^^^^^^^^^^^^^^^^^\n     = help: " in text


def test_control_characters_of_a_plan_never_reach_the_terminal(tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_text("### Phase 1: \x1b[31mred\x1b]0;title\x07 \u202eright\n")
    text = in_terminal(plan)

    assert not set("\x1b\x07\u202e") & set(text)


def test_strict_makes_warnings_errors(tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_text("### Phase 1: A\n")

    assert 0 == check(plan).returncode
    done = check("--strict", plan)
    assert 1 == done.returncode
    assert ": error[missing-owner]: " in done.stdout
    assert ": info[missing-files]: " in done.stdout


def test_explain_prints_the_page_s_section() -> None:
    done = check("--explain", "cycle")

    assert 0 == done.returncode
    assert done.stdout.startswith("## cycle\n\n*Error.* ")
    assert "Before:" in done.stdout and "After:" in done.stdout
    assert "## unsafe-path" not in done.stdout


def test_explaining_an_unknown_code_names_the_known_ones() -> None:
    done = check("--explain", "no-such-code")

    assert 2 == done.returncode
    assert "no diagnostic has the code 'no-such-code'; the codes are absolute-path, agent-not-found," in done.stderr


def test_sarif_holds_every_plan() -> None:
    done = check("--sarif", PLANS / "review.md", PLANS / "notes.md")
    results = json.loads(done.stdout)["runs"][0]["results"]

    assert 1 == done.returncode
    assert ["not-a-plan", "no-phases"] == [result["ruleId"] for result in results]


def test_several_plans_as_json_are_a_list() -> None:
    plans = json.loads(check("--json", PLANS / "terse.md", PLANS / "done.md").stdout)

    assert ["terse", "done"] == [plan["slug"] for plan in plans]
