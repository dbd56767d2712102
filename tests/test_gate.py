"""The whole gate on a tiny real crate: commits in, verdict out. One baseline and one target for all."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support_crates import GREET, LIB, TINY, WITH_GREET, Files, commit, new_repository, phase_of

from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.health import base_health
from phasewright.gate.slot import GatePlace
from phasewright.gate.validation import validate_commit
from phasewright.git.repository import find_repository
from phasewright.plan import CrateDependency, Phase, PhaseKind
from phasewright.result import Judgement, PhaseStatus, Reason

pytestmark = pytest.mark.cargo
SETTINGS = GateSettings()
ADDS = "    #[test]\n    fn adds() {\n        assert_eq!(add(2, 2), 4);\n    }\n\n"
IN_LIB = phase_of(modify=("src/lib.rs",))
Judge = Callable[..., Awaitable[Judgement]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, GatePlace]:
    """One repository, its base commit, and one place for gates."""
    root = tmp_path_factory.mktemp("gate")
    root.chmod(0o755)
    base = new_repository(root / "repo")
    return root / "repo", base, GatePlace(folder=root / "gates", baselines=root / "baselines")


@pytest.fixture
def judge(world: tuple[Path, str, GatePlace]) -> Judge:
    """Return the judge of *files* as a phase's work."""
    root, base, place = world

    async def run(files: Files, phase: Phase, **more: object) -> Judgement:
        candidate = commit(root, files, parent=base)
        repo = await find_repository(root)
        return await judge_commits(repo, phase, base, candidate, place=place, settings=SETTINGS, **more)  # type: ignore[arg-type]

    return run


def codes(judgement: Judgement) -> list[str]:
    """Return the codes of the findings that count."""
    return [found.code for found in judgement.verdict.errors()]


def outcome(judgement: Judgement) -> tuple[PhaseStatus, Reason | None, list[str]]:
    return judgement.verdict.status, judgement.reason, codes(judgement)


async def test_honest_work_is_complete(judge: Judge) -> None:
    phase = phase_of(create=("src/greet.rs",), modify=("src/lib.rs",), blast_radius="`cargo test tiny::greet`")
    judgement = await judge(WITH_GREET, phase)

    assert (PhaseStatus.COMPLETE, None, []) == outcome(judgement)
    assert ("tiny/lib/tiny::greet::tests::greets",) == judgement.verdict.tests.added
    assert (4, 5) == (judgement.verdict.tests.before.total, judgement.verdict.tests.after.total)


async def test_the_evidence_names_commands_tests_and_lines(judge: Judge) -> None:
    evidence = (await judge(WITH_GREET, phase_of(create=("src/greet.rs",)))).evidence

    assert {"ok"} == set(evidence.tests_after.values())
    assert [("src/greet.rs", GREET.count("\n"))] == [(file.path, file.lines) for file in evidence.files]
    assert evidence.commands and all(len(command.output_sha256) == 64 for command in evidence.commands)


async def test_an_attempt_that_changed_nothing_is_blocked(judge: Judge) -> None:
    status, reason, found = outcome(await judge({}, phase_of(create=("src/greet.rs",))))

    assert (PhaseStatus.BLOCKED, Reason.NO_CHANGES) == (status, reason)
    assert "no-changes" in found


async def test_a_promised_file_that_is_absent_makes_it_partial(judge: Judge) -> None:
    judgement = await judge({"README.md": "done\n"}, phase_of(create=("src/greet.rs",)))

    assert (PhaseStatus.PARTIAL, Reason.VERIFY_FAILED, ["file-missing"]) == outcome(judgement)


@pytest.mark.parametrize(
    ("files", "phase", "expected"),
    [
        pytest.param({"src/greet.rs": " \n"}, phase_of(create=("src/greet.rs",)), "file-empty", id="empty"),
        pytest.param({"a.txt": "x"}, phase_of(modify=("src/lib.rs",)), "file-unchanged", id="unchanged"),
        pytest.param({"src/lib.rs": LIB + "\n\n"}, IN_LIB, "file-unchanged", id="white space"),
        pytest.param({"a.txt": "x"}, phase_of(delete=("tests/it.rs",)), "file-not-deleted", id="not deleted"),
        pytest.param(
            {"a.txt": "x"}, phase_of(move=(("tests/it.rs", "a.txt"),)), "file-not-deleted", id="copied, not moved"
        ),
        pytest.param({"a.txt": "-> src/lib.rs"}, phase_of(create=("a.txt",)), "file-not-regular", id="link"),
        pytest.param({"a.txt": "x"}, phase_of(create=("docs/",)), "file-missing", id="empty folder"),
        pytest.param({"a.txt": "x"}, phase_of(crates=(CrateDependency(name="serde"),)), "crate-missing", id="crate"),
    ],
)
async def test_a_broken_promise_is_named(judge: Judge, files: Files, phase: Phase, expected: str) -> None:
    assert expected in codes(await judge(files, phase))


async def test_a_crate_in_a_comment_is_no_dependency(judge: Judge) -> None:
    text = TINY["Cargo.toml"] + '# serde = "1"\n'
    phase = phase_of(crates=(CrateDependency(name="serde", manifest="Cargo.toml"),))

    assert ["crate-missing", "crate-unresolved"] == codes(await judge({"Cargo.toml": text}, phase))


async def test_a_regression_names_test_line_and_panic(judge: Judge) -> None:
    judgement = await judge({"src/lib.rs": LIB.replace("a + b", "a * b")}, IN_LIB)
    found = next(f for f in judgement.verdict.findings if "::tests::adds_negative" in f.message)

    assert (PhaseStatus.BLOCKED, Reason.VERIFY_FAILED) == (judgement.verdict.status, judgement.reason)
    assert ("test-regressed", "src/lib.rs") == (found.code, found.path)
    assert "left: -6 right: -1" in found.message


async def test_a_compile_error_is_the_compilers_own_with_its_line(judge: Judge) -> None:
    judgement = await judge({"src/lib.rs": LIB.replace("a + b", "a + c")}, IN_LIB)
    found = judgement.verdict.errors()[0]

    assert (PhaseStatus.BLOCKED, "build-failed", "src/lib.rs", 9) == (
        judgement.verdict.status,
        found.code,
        found.path,
        found.line,
    )
    assert "cannot find value `c` in this scope" in found.message


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"src/lib.rs": LIB.replace(ADDS, "")}, ["test-vanished"], id="deleted"),
        pytest.param(
            {"src/lib.rs": LIB.replace(ADDS, ADDS.replace("#[test]", "#[test]\n    #[ignore]"))},
            ["newly-ignored"],
            id="ignored",
        ),
        pytest.param({"src/lib.rs": LIB.replace("    a + b", "    return a+b;")}, ["lint", "unformatted"], id="style"),
        pytest.param(
            {"rustfmt.toml": "disable_all_formatting = true\n", "src/lib.rs": LIB.replace("    a + b", "  a + b")},
            ["protected-path", "unformatted"],
            id="rustfmt.toml",
        ),
        pytest.param({"Cargo.toml": "[package\n"}, ["build-failed", "manifest-broken"], id="manifest"),
    ],
)
async def test_each_trick_has_its_code(judge: Judge, files: Files, expected: list[str]) -> None:
    assert expected == sorted(set(codes(await judge(files, IN_LIB))) - {"file-unchanged"})


async def test_a_test_may_go_when_the_plan_says_so(judge: Judge) -> None:
    phase = phase_of(modify=("src/lib.rs",), tests_to_change=("tests::adds",))
    judgement = await judge({"src/lib.rs": LIB.replace(ADDS, "")}, phase)

    assert (PhaseStatus.COMPLETE, None, []) == outcome(judgement)
    assert ("tiny/lib/tiny::tests::adds",) == judgement.verdict.tests.removed


async def test_a_blast_radius_that_selects_nothing_is_partial(judge: Judge) -> None:
    phase = phase_of(modify=("src/lib.rs",), blast_radius="`cargo test no_such`")
    judgement = await judge(
        {"src/lib.rs": LIB.replace("/// Adds.", "/// One.\npub const ONE: i32 = 1;\n\n/// Adds.")}, phase
    )

    assert (PhaseStatus.PARTIAL, Reason.VERIFY_FAILED, ["zero-tests"]) == outcome(judgement)


async def test_what_could_not_be_committed_is_a_finding(judge: Judge) -> None:
    judgement = await judge(WITH_GREET, phase_of(), left_out=(("big.bin", "over 10 MB"),))

    assert ["left-out"] == codes(judgement)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("# Title\n\n## Part\n", ["file-empty"]), ("# Title\n\nThe design is this.\n", []), ("", ["file-empty"])],
)
async def test_a_design_document_must_say_something(judge: Judge, text: str, expected: list[str]) -> None:
    phase = phase_of(create=("docs/design.md",), kind=PhaseKind.DESIGN)

    assert expected == codes(await judge({"docs/design.md": text}, phase))


async def test_the_landed_tree_is_the_next_baseline(judge: Judge, world: tuple[Path, str, GatePlace]) -> None:
    """The AFTER of one landing is the BEFORE of the next: nothing is built for it again."""
    root, base, place = world
    await judge(WITH_GREET, phase_of())
    first = commit(root, WITH_GREET, parent=base)
    repo = await find_repository(root)
    health = await base_health(
        repo, first, place=GatePlace(folder=place.folder / "no", baselines=place.baselines), settings=SETTINGS
    )

    assert (True, (), 5) == (health.builds, health.problems, health.tests.total)
    assert [] == list((place.folder / "no").glob("slot-*/checkout"))


async def test_final_validation_builds_for_release(world: tuple[Path, str, GatePlace]) -> None:
    root, base, place = world
    head = commit(root, WITH_GREET, parent=base)
    repo = await find_repository(root)
    validation = await validate_commit(repo, base, head, place=place, settings=SETTINGS)

    assert (True, True, 1, ()) == (
        validation.passed,
        validation.release_build_ok,
        validation.doc_tests,
        validation.findings,
    )
    assert any("--release" in command.argv for command in validation.commands)


async def test_old_failures_are_not_charged(world: tuple[Path, str, GatePlace]) -> None:
    """A red test, a lint and an unformatted file from before are the baseline, and a fix is told."""
    root, base, place = world
    sick = {
        "tests/old.rs": "#[test]\nfn red() {\n    assert_eq!(1, 2);\n}\n\n"
        "#[test]\nfn wrong() {\n    assert_eq!(1, 3);\n}\n",
        "tests/ugly.rs": "#[test]\nfn ugly() { let v = vec![1]; return assert!(v.len()>0); }\n",
    }
    start = commit(root, sick, parent=base)
    repo = await find_repository(root)
    health = await base_health(repo, start, place=place, settings=SETTINGS)
    mended = {**WITH_GREET, "tests/old.rs": sick["tests/old.rs"].replace("1, 3", "1 + 2, 3")}
    candidate = commit(root, mended, parent=start)
    meant = phase_of(tests_to_change=("wrong",))
    judgement = await judge_commits(repo, meant, start, candidate, place=place, settings=SETTINGS)
    bent = await judge_commits(repo, phase_of(), start, candidate, place=place, settings=SETTINGS)

    assert 2 == len(health.failing_tests)
    assert (PhaseStatus.BLOCKED, "verify_failed", ["assert-changed"]) == outcome(bent)
    assert ["2 tests fail", "clippy has 3 warnings", "1 files are not formatted"] == [
        p.partition(":")[0] for p in health.problems
    ]
    assert (PhaseStatus.COMPLETE, None, []) == outcome(judgement)
    assert ["fixed", "pre-existing"] == sorted(f.code for f in judgement.verdict.findings)


PAIR = (
    "use std::sync::atomic::{AtomicU32, Ordering};\n\nstatic SEEN: AtomicU32 = AtomicU32::new(0);\n\n"
    "#[test]\nfn first() {\n    assert_eq!(SEEN.fetch_add(1, Ordering::SeqCst) % 1, 0);\n}\n\n"
    "#[test]\nfn second() {\n    std::thread::sleep(std::time::Duration::from_millis(20));\n"
    "    assert_eq!(SEEN.load(Ordering::SeqCst), 0);\n}\n"
)
"""The second test fails where the first one runs beside it, and passes alone."""
SOMETIMES = (
    "use std::fs;\n\n#[test]\nfn first() {\n    assert_eq!(1 + 1, 2);\n}\n\n#[test]\nfn second() {\n"
    '    let mark = concat!(env!("CARGO_TARGET_TMPDIR"), "/mark");\n'
    "    let seen = fs::read(mark).unwrap_or_default().len();\n"
    "    fs::write(mark, vec![0; seen + 1]).unwrap();\n    assert_ne!(seen % 2, 0);\n}\n"
)
"""The second test fails every other time, whether alone or not."""


async def test_a_test_that_fails_whenever_others_run_beside_it_is_no_accident(judge: Judge) -> None:
    judgement = await judge({"tests/pair.rs": PAIR}, phase_of(create=("tests/pair.rs",)))

    found = [one.message for one in judgement.verdict.errors() if one.code == "new-test-fails"]
    assert len(found) == 1
    assert "fails when run with the others, passes alone: assertion" in found[0]
    assert judgement.evidence.tests_after["tiny/test/pair::second"] == "failed-together"


async def test_a_test_that_fails_only_sometimes_is_flaky(judge: Judge) -> None:
    """Told, not charged."""
    judgement = await judge({"tests/pair.rs": SOMETIMES}, phase_of(create=("tests/pair.rs",)))

    assert "flaky" in [found.code for found in judgement.verdict.findings]
    assert [] == [code for code in codes(judgement) if code.startswith(("new-test", "report"))]


async def test_tests_that_failed_together_at_base_are_not_charged(world: tuple[Path, str, GatePlace]) -> None:
    """Nor is another one of theirs: which of them fails is chance."""
    root, base, place = world
    start = commit(root, {"tests/pair.rs": PAIR}, parent=base)
    third = PAIR + "\n" + PAIR[PAIR.index("#[test]\nfn second") :].replace("second", "third")
    candidate = commit(root, WITH_GREET | {"tests/pair.rs": third}, parent=start)
    repo = await find_repository(root)
    phase = phase_of(create=("src/greet.rs",), modify=("src/lib.rs", "tests/pair.rs"))
    judgement = await judge_commits(repo, phase, start, candidate, place=place, settings=SETTINGS)

    assert judgement.evidence.tests_before["tiny/test/pair::second"] == "failed-together"
    assert judgement.evidence.tests_after["tiny/test/pair::third"] == "flaky"
    assert (PhaseStatus.COMPLETE, None, []) == outcome(judgement)
