"""`phasewright verify` as people call it: exit codes, JSON, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support_crates import WITH_GREET, commit, git, new_repository

pytestmark = pytest.mark.cargo
PLAN = """# Greetings

**Status:** Reviewed - Ready for Implementation

## Phase 1: Greet people

**Owner:** `rust-developer`
**Dependencies:** None

**Files to create:**
- `src/greet.rs`

**Files to modify:**
- `src/lib.rs`

**Blast Radius:** `cargo test greet`

**Acceptance Criteria:**
- [ ] `cargo test` passes
- [ ] it reads well
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("verify") / "repo"
    base = new_repository(root)
    (root.parent / "plan.md").write_text(PLAN)
    commit(root, WITH_GREET)
    return root, base


def verify(repository: tuple[Path, str], *words: str) -> subprocess.CompletedProcess[str]:
    root, _ = repository
    argv = [str(Path(sys.executable).with_name("phasewright")), "verify", *words]
    env = os.environ | {"XDG_STATE_HOME": str(root.parent / "state")}
    return subprocess.run(argv, cwd=root, env=env, capture_output=True, text=True, check=False)


def test_work_that_holds_is_complete_with_exit_0(repository: tuple[Path, str]) -> None:
    done = verify(repository, "../plan.md", "--repo", ".", "--phase", "1", "--base", repository[1])

    assert (0, "") == (done.returncode, done.stderr)
    assert "COMPLETE" == done.stdout.splitlines()[0]
    assert "criterion not machine-checked: it reads well" in done.stdout


def test_work_that_does_not_hold_is_refused_with_exit_4_and_json(repository: tuple[Path, str]) -> None:
    root, base = repository
    lie = commit(root, {"REPORT.md": "# Done\n"}, parent=base)
    git(root, "checkout", "-q", "main")
    done = verify(repository, "../plan.md", "--repo", ".", "--phase", "1", "--base", base, "--head", lie, "--json")
    verdict = json.loads(done.stdout)

    assert (4, "PARTIAL") == (done.returncode, verdict["status"])
    assert {"file-missing", "file-unchanged", "zero-tests"} <= {found["code"] for found in verdict["findings"]}
    assert {"status", "findings", "tests"} == set(verdict)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("../plan.md", "--repo", ".", "--phase", "9", "--base", "HEAD"), 1, "no phase '9' (phases: 1)"),
        (("../plan.md", "--repo", ".", "--phase", "1", "--base", "no-such"), 2, "'no-such' names no commit"),
        (("../no.md", "--phase", "1", "--base", "HEAD"), 2, "no.md"),
        (("../plan.md", "--phase", "1", "--base", "HEAD"), 2, "not inside a git repository"),
        (("../plan.md",), 2, "verify needs a plan, --phase and --base"),
        (("--bundle", "HEAD"), 2, "no evidence is attached to 'HEAD'"),
        (("--bundle", "Cargo.toml"), 4, ""),
    ],
)
def test_what_cannot_be_asked_has_its_exit_code(
    repository: tuple[Path, str], words: tuple[str, ...], code: int, said: str
) -> None:
    done = verify(repository, *words)

    assert (code, True) == (done.returncode, said in done.stderr)
    assert "Traceback" not in done.stderr
