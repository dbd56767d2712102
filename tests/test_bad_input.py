"""What cannot be done is said in a line or two, with what to do about it, and with its exit code. Never a traceback."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support_cli import environment, phasewright
from support_example import PLAN, example_repository

pytestmark = pytest.mark.timeout(240)

HEAD = "# A plan\n\n**Status:** Reviewed - Ready for Implementation\n\n"


def phase(number: str, depends_on: str) -> str:
    return (
        f"### Phase {number}: Step {number}\n\n**Principal Owner:** Rust Developer\n\n"
        f"**Dependencies:** {depends_on}\n\n"
        "**Acceptance Criteria:**\n\n- [ ] `cargo test` passes\n\n"
    )


def nothing(repo: Path) -> None:
    """Leave the example as it is."""


def write_plan(text: str) -> Callable[[Path], None]:
    def write(repo: Path) -> None:
        (repo / PLAN).write_text(text, encoding="utf-8")
        subprocess.run(
            ["git", "commit", "--quiet", "--all", "--message", "Another plan"], cwd=repo, check=True, timeout=30
        )

    return write


def without_git(repo: Path) -> None:
    shutil.rmtree(repo / ".git")


def unborn(repo: Path) -> None:
    without_git(repo)
    subprocess.run(["git", "init", "--quiet"], cwd=repo, check=True, timeout=30)


def dirty(repo: Path) -> None:
    (repo / "src" / "lib.rs").write_text("// my unfinished thought\n", encoding="utf-8")


@dataclass(frozen=True)
class Case:
    id: str
    exit_code: int
    says: tuple[str, ...]
    prepare: Callable[[Path], None] = nothing
    argv: tuple[str, ...] = ("run", PLAN)
    env: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """Variables that are taken out of the environment."""


CASES = [
    Case("no such file", 2, ("nowhere.md",), argv=("run", "nowhere.md")),
    Case("not a plan", 1, (PLAN,), write_plan("# Notes\n\nSome thoughts.\n")),
    Case("a plan without phases", 1, (PLAN,), write_plan(HEAD + "## Phases\n\nTo be written.\n")),
    Case("unknown dependency", 1, ("phase 1", "phase 7"), write_plan(HEAD + phase("1", "Phase 7"))),
    Case("cycle", 1, ("1 -> 2 -> 1",), write_plan(HEAD + phase("1", "Phase 2") + phase("2", "Phase 1"))),
    Case("no repository", 2, ("not inside a git repository", "--repo"), without_git),
    Case("unborn HEAD", 3, ("commit",), unborn),
    Case("dirty tree, unattended", 3, ("src/lib.rs", "--on-dirty"), dirty),
    Case("no cargo", 3, ("cargo",), env={"PATH": "{git only}"}),
    Case("no key", 3, ("ANTHROPIC_API_KEY",), without=("ANTHROPIC_API_KEY",)),
    Case("address that is none", 3, ("ANTHROPIC_BASE_URL",), env={"ANTHROPIC_BASE_URL": "not an address"}),
    Case("no such folder", 2, ("elsewhere",), argv=("run", PLAN, "--repo", "elsewhere")),
    Case("unknown option", 2, ("--nonsense",), argv=("run", PLAN, "--nonsense")),
    Case("option out of range", 2, ("--max-parallel", "1"), argv=("run", PLAN, "--max-parallel", "0")),
    Case("unknown run", 2, ("no run",), argv=("resume", "20200101-000000-aaaa")),
    Case("nothing to resume", 2, ("no run",), argv=("resume",)),
    Case("unknown phase of verify", 1, ("9",), argv=("verify", PLAN, "--phase", "9", "--base", "HEAD")),
    Case("bad revision of verify", 2, ("nowhere",), argv=("verify", PLAN, "--phase", "1", "--base", "nowhere")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_bad_input_is_refused_in_a_line_or_two(tmp_path: Path, case: Case) -> None:
    repo = example_repository(tmp_path / "timespan")
    case.prepare(repo)
    ended = phasewright(*case.argv, cwd=repo, env=_environment(case, tmp_path), timeout_seconds=120)

    said = ended.stderr.strip()
    assert (case.exit_code, "") == (ended.returncode, ended.stdout), said
    assert "Traceback" not in said
    assert [] == [word for word in case.says if word not in said], said
    assert 1 <= len(said.splitlines()) <= 3, said


def test_status_without_a_run_is_a_sentence(tmp_path: Path) -> None:
    ended = phasewright("status", cwd=example_repository(tmp_path / "timespan"))

    assert (0, 1) == (ended.returncode, len(ended.stdout.splitlines())), ended.stderr


def _environment(case: Case, place: Path) -> dict[str, str]:
    env = environment(**case.env)
    if env["PATH"] == "{git only}":
        programs = place / "bin"
        programs.mkdir()
        for name in ("git", "bash", "sh", "env", "python3"):
            if found := shutil.which(name):
                (programs / name).symlink_to(found)
        env |= {"PATH": str(programs), "HOME": str(place), "CARGO_HOME": str(place / "no-cargo")}
    return {name: value for name, value in env.items() if name not in case.without}
