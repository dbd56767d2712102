"""Repositories and commits that go wrong in their own ways: a verdict with a reason, or a named error."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_crates import LIB, TINY, WITH_GREET, Files, commit, git, new_repository, phase_of

from phasewright.errors import InfrastructureError
from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.health import base_health
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository
from phasewright.plan import Phase, Severity
from phasewright.result import Judgement, PhaseStatus, Reason

pytestmark = pytest.mark.cargo
DEPENDS = TINY["Cargo.toml"] + 'no-such-crate-anywhere = "1"\n'


async def judged(
    root: Path, base: Files, work: Files, phase: Phase | None = None, settings: GateSettings | None = None
) -> Judgement:
    root.chmod(0o755)
    start = new_repository(root / "repo", base)
    candidate = commit(root / "repo", work)
    repo = await find_repository(root / "repo")
    place = GatePlace(folder=root / "gates", baselines=root / "baselines")
    chosen = settings or GateSettings(test_seconds=20)
    return await judge_commits(repo, phase or phase_of(), start, candidate, place=place, settings=chosen)


def summary(judgement: Judgement) -> tuple[PhaseStatus, Reason | None, list[str]]:
    codes = [found.code for found in judgement.verdict.findings if found.severity == Severity.ERROR]
    return judgement.verdict.status, judgement.reason, codes


async def test_a_test_that_hangs_is_a_timeout_that_names_it(tmp_path: Path) -> None:
    sleep = "std::thread::sleep(std::time::Duration::from_secs(3600));"
    hang = f"#[test]\nfn waits() {{\n    {sleep}\n    assert!(tiny::add(1, 1) > 0);\n}}\n"
    judgement = await judged(tmp_path, TINY, {"tests/hang.rs": hang}, settings=GateSettings(test_seconds=2))

    assert (PhaseStatus.TIMEOUT, Reason.TIMEOUT, ["test-deadline"]) == summary(judgement)
    assert "tiny/test/hang::waits did not end before its deadline" in judgement.verdict.errors()[0].message


async def test_a_build_that_hangs_is_a_timeout(tmp_path: Path) -> None:
    script = "fn main() {\n    std::thread::sleep(std::time::Duration::from_secs(3600));\n}\n"
    settings = GateSettings(build_seconds=6)
    judgement = await judged(tmp_path, TINY, {"build.rs": script}, phase_of(create=("build.rs",)), settings)

    assert (PhaseStatus.TIMEOUT, Reason.TIMEOUT, ["build-deadline"]) == summary(judgement)


async def test_a_build_script_that_leaves_a_daemon_holds_nobody_up(tmp_path: Path) -> None:
    judgement = await judged(tmp_path, TINY, {"build.rs": daemon("3599.25", "null")}, phase_of(create=("build.rs",)))

    assert (["lint"], 0) == (summary(judgement)[2], survivors("3599.25"))


async def test_a_daemon_that_keeps_cargo_waiting_ends_with_the_deadline(tmp_path: Path) -> None:
    """Cargo itself waits for the build script's output to end."""
    work = {"build.rs": daemon("3598.25", "inherit")}
    judgement = await judged(tmp_path, TINY, work, phase_of(create=("build.rs",)), GateSettings(build_seconds=6))

    assert (PhaseStatus.TIMEOUT, 0) == (judgement.verdict.status, survivors("3598.25"))


def daemon(seconds: str, output: str) -> str:
    return (
        "use std::process::{Command, Stdio};\n\nfn main() {\n"
        f'    let mut sleep = Command::new("sleep");\n    sleep.arg("{seconds}").stdout(Stdio::{output}());\n'
        f"    let _ = sleep.stderr(Stdio::{output}()).spawn().unwrap();\n}}\n"
    )


def survivors(mark: str) -> int:
    commands = [Path(f"/proc/{pid}/cmdline") for pid in os.listdir("/proc") if pid.isdigit()]
    return sum(mark.encode() in read(command) for command in commands)


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


async def test_a_flood_of_output_ends_the_test_and_not_us(tmp_path: Path) -> None:
    flood = (
        "use std::io::Write;\n\n#[test]\nfn floods() {\n    let line = [b'x'; 65536];\n"
        "    while std::io::stdout().write_all(&line).is_ok() {}\n    assert_eq!(tiny::add(1, 1), 2);\n}\n"
    )
    judgement = await judged(tmp_path, TINY, {"tests/flood.rs": flood})

    assert PhaseStatus.BLOCKED == judgement.verdict.status
    assert "report-broken" in summary(judgement)[2]


async def test_a_dependency_that_is_not_there_is_named(tmp_path: Path) -> None:
    judgement = await judged(tmp_path, TINY, {"Cargo.toml": DEPENDS, "Cargo.lock": None})

    assert (PhaseStatus.BLOCKED, Reason.VERIFY_FAILED, ["build-failed"]) == summary(judgement)
    assert "no-such-crate-anywhere" in judgement.verdict.errors()[0].message


async def test_a_stale_lock_file_says_what_to_do(tmp_path: Path) -> None:
    manifest = TINY["Cargo.toml"].replace('version = "0.1.0"', 'version = "0.2.0"')
    judgement = await judged(tmp_path, TINY, {"Cargo.toml": manifest})

    assert (PhaseStatus.BLOCKED, Reason.VERIFY_FAILED, ["lock-stale"]) == summary(judgement)


async def test_a_repository_without_cargo_is_judged_by_its_files(tmp_path: Path) -> None:
    judgement = await judged(tmp_path, {"README.md": "# Hi\n"}, {"docs/a.md": "# A\n"}, phase_of(create=("docs/a.md",)))

    assert (PhaseStatus.COMPLETE, None, []) == summary(judgement)


async def test_cargo_in_a_folder_of_its_own_is_found(tmp_path: Path) -> None:
    base = {f"rust/{path}": text for path, text in TINY.items()}
    work = {"rust/src/lib.rs": LIB.replace("a + b", "a - b")}
    judgement = await judged(tmp_path, {**base, "README.md": "# Hi\n"}, work, phase_of(modify=("rust/src/lib.rs",)))

    assert {"test-regressed", "zero-tests"} == set(summary(judgement)[2])
    assert {"rust/src/lib.rs", "rust/tests/it.rs"} == {f.path for f in judgement.verdict.errors() if f.path}


async def test_a_repository_without_tests_is_told_so(tmp_path: Path) -> None:
    bare = {**TINY, "src/lib.rs": "//! Nothing.\n\n/// One.\npub const ONE: u8 = 1;\n", "tests/it.rs": None}
    work = {"src/lib.rs": "//! Nothing.\n\n/// Two.\npub const TWO: u8 = 2;\n"}
    judgement = await judged(tmp_path, bare, work, phase_of(modify=("src/lib.rs",)))

    assert (PhaseStatus.COMPLETE, None, []) == summary(judgement)
    assert ["the workspace has no test that runs"] == [f.message for f in judgement.verdict.findings]


async def test_a_phase_that_promises_tests_needs_some(tmp_path: Path) -> None:
    bare = {**TINY, "src/lib.rs": "//! Nothing.\n", "tests/it.rs": None}
    phase = phase_of(modify=("src/lib.rs",), deliverables=("Unit tests for ONE",))
    judgement = await judged(tmp_path, bare, {"src/lib.rs": "//! One.\n\n/// One.\npub const ONE: u8 = 1;\n"}, phase)

    assert (PhaseStatus.PARTIAL, Reason.VERIFY_FAILED, ["zero-tests"]) == summary(judgement)


async def test_a_base_that_does_not_build_is_said_before_anybody_works(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    start = new_repository(tmp_path / "repo", {**TINY, "src/lib.rs": LIB.replace("a + b", "a + c")})
    repo = await find_repository(tmp_path / "repo")
    place = GatePlace(folder=tmp_path / "gates", baselines=tmp_path / "baselines")
    health = await base_health(repo, start, place=place, settings=GateSettings())

    assert (False, ("the tests do not build: src/lib.rs:9: cannot find value `c` in this scope",)) == (
        health.builds,
        health.problems,
    )


async def test_names_that_are_not_utf_8_are_judged_like_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    start = new_repository(tmp_path / "repo")
    (tmp_path / "repo" / os.fsdecode(b"odd-\xff.txt")).write_text("x")
    candidate = commit(tmp_path / "repo", WITH_GREET)
    repo = await find_repository(tmp_path / "repo")
    place = GatePlace(folder=tmp_path / "gates", baselines=tmp_path / "baselines")
    judgement = await judge_commits(repo, phase_of(), start, candidate, place=place, settings=GateSettings())

    assert PhaseStatus.COMPLETE == judgement.verdict.status
    assert judgement.model_dump_json()
    assert "odd" in git(tmp_path / "repo", "ls-files")


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of its own, with the size that the test asks for."""
    folder = tmp_path / "small"
    folder.mkdir()
    argv = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(argv, capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("small_disk", ["64k", "4M"], indirect=True)
async def test_a_full_disk_is_a_named_error_and_no_verdict(tmp_path: Path, small_disk: Path) -> None:
    tmp_path.chmod(0o755)
    base = new_repository(tmp_path / "repo")
    candidate = commit(tmp_path / "repo", WITH_GREET)
    repo = await find_repository(tmp_path / "repo")
    place = GatePlace(folder=small_disk / "gates", baselines=small_disk / "baselines")

    with pytest.raises(InfrastructureError, match="the disk is full; free some space and run again"):
        await judge_commits(repo, phase_of(), base, candidate, place=place, settings=GateSettings())
